package io.centroid.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.SyntheticDigitFiles;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.train.worker.InnerStatePolicy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.impl.SerializedDataSetLoader;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** CentroidTrainingMaster with DL4J's own Spark classes. */
class CentroidTrainingMasterIT {
  private static final List<DataSet> TRAIN = digits(Split.TRAIN, 600);

  @TempDir private Path folder;
  private @Nullable JavaSparkContext running;

  @AfterEach
  void stop() {
    if (running != null) {
      running.stop();
      running = null;
    }
  }

  @Test
  void theDocumentedExampleLearns() {
    JavaSparkContext spark = start("local[2]", false);
    List<DataSet> many = digits(Split.TRAIN, 2000);
    MultiLayerConfiguration configuration = configuration(new Adam(2e-3), 0);
    MultiLayerNetwork network =
        ClassifierExample.train(spark, configuration.clone(), spark.parallelize(many, 5), 10);
    MultiLayerNetwork plain = new MultiLayerNetwork(configuration);
    plain.init();
    for (int epoch = 0; epoch < 10; epoch++) {
      batches(many, 32).forEach(plain::fit);
    }
    List<DataSet> test = digits(Split.TEST, 500);
    double accuracy = network.evaluate(iterator(test)).accuracy();
    double plainAccuracy = plain.evaluate(iterator(test)).accuracy();
    System.out.println("accuracy " + accuracy + ", of plain fit " + plainAccuracy);
    assertThat(accuracy).isGreaterThan(0.7).isGreaterThan(plainAccuracy - 0.05);
    assertThat(network.getEpochCount()).isEqualTo(10);
    assertThat(network.getIterationCount()).isEqualTo(10 * 32);
  }

  enum Case {
    ADAM,
    KEEP_INT8,
    RESET_TOP_K
  }

  @ParameterizedTest
  @EnumSource
  void bitwiseIdenticalOnAnyThreadsPartitionsAndSerializers(Case which) {
    float[] one = fitted("local[1]", 1, false, which);
    assertThat(fitted("local[2]", 7, false, which)).isEqualTo(one);
    assertThat(fitted("local[2]", 3, true, which)).isEqualTo(one);
  }

  private float[] fitted(String master, int partitions, boolean kryo, Case which) {
    JavaSparkContext spark = start(master, kryo);
    CentroidTrainingMaster.Builder builder =
        new CentroidTrainingMaster.Builder().workers(3).localSteps(1).batchSizePerWorker(20);
    switch (which) {
      case ADAM -> builder.localSteps(3);
      case KEEP_INT8 -> builder.innerState(InnerStatePolicy.KEEP).codec(Codec.Name.INT8);
      case RESET_TOP_K ->
          builder
              .innerState(InnerStatePolicy.RESET)
              .codec(Codec.Name.TOP_K)
              .topKFraction(0.1)
              .outer(OuterSettings.Name.NESTEROV);
    }
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(spark, configuration(new Adam(1e-3), 0.8), builder.build());
    JavaRDD<DataSet> data = spark.parallelize(TRAIN, partitions);
    network.fit(data);
    network.fit(data);
    float[] parameters = network.getNetwork().params().toFloatVector();
    stop();
    return parameters;
  }

  enum Updater {
    ADAM(new Adam(1e-3)),
    NESTEROVS(new Nesterovs(0.05, 0.9)),
    SGD(new Sgd(0.1));

    private final transient IUpdater updater;

    Updater(IUpdater updater) {
      this.updater = updater;
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneWorkerEqualsPlainFit(Updater updater) {
    JavaSparkContext spark = start("local[2]", false);
    MultiLayerConfiguration configuration = configuration(updater.updater, 0);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration.clone(),
            new CentroidTrainingMaster.Builder()
                .workers(1)
                .localSteps(4)
                .batchSizePerWorker(32)
                .build());
    JavaRDD<DataSet> data = spark.parallelize(TRAIN, 3);
    MultiLayerNetwork plain = new MultiLayerNetwork(configuration);
    plain.init();
    for (int epoch = 0; epoch < 2; epoch++) {
      network.fit(data);
      for (DataSet minibatch : batches(TRAIN, 32)) {
        plain.fit(minibatch);
      }
      plain.incrementEpochCount();
    }
    assertThat(network.getNetwork().getIterationCount()).isEqualTo(plain.getIterationCount());
    double difference = difference(network.getNetwork(), plain);
    System.out.println(updater + " against plain fit: " + difference);
    assertThat(difference).isLessThan(1e-5);
  }

  @Test
  void twoWorkersWithOneLocalStepEqualOneLargeBatch() {
    JavaSparkContext spark = start("local[2]", false);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration(new Sgd(0.1), 0),
            new CentroidTrainingMaster.Builder()
                .workers(2)
                .localSteps(1)
                .batchSizePerWorker(25)
                .build());
    network.fit(spark.parallelize(TRAIN, 4));
    MultiLayerNetwork plain = new MultiLayerNetwork(configuration(new Sgd(0.1), 0));
    plain.init();
    batches(TRAIN, 50).forEach(plain::fit);
    assertThat(difference(network.getNetwork(), plain)).isLessThan(1e-5);
  }

  @Test
  void graphsTakeDataSetsAndMultiDataSets() {
    JavaSparkContext spark = start("local[2]", false);
    CentroidTrainingMaster.Builder builder =
        new CentroidTrainingMaster.Builder().localSteps(3).batchSizePerWorker(30);
    JavaRDD<DataSet> data = spark.parallelize(batches(TRAIN, 50), 3);
    SparkComputationGraph single = new SparkComputationGraph(spark, graph(), builder.build());
    single.fit(data);
    SparkComputationGraph multiple = new SparkComputationGraph(spark, graph(), builder.build());
    List<org.nd4j.linalg.dataset.api.MultiDataSet> multi = new ArrayList<>();
    batches(TRAIN, 50).forEach(batch -> multi.add(batch.toMultiDataSet()));
    multiple.fitMultiDataSet(spark.parallelize(multi, 2));
    assertThat(multiple.getNetwork().params().toFloatVector())
        .isEqualTo(single.getNetwork().params().toFloatVector());
    assertThat(single.getScore()).isBetween(0.01, 2.5);
    for (int i = 0; i < 5; i++) {
      single.fit(data);
    }
    assertThat(single.getNetwork().score(DataSet.merge(TRAIN))).isLessThan(1);
  }

  @Test
  void pathsAreLoadedOnTheWorkers() throws Exception {
    JavaSparkContext spark = start("local[2]", false);
    List<String> paths = new ArrayList<>();
    for (DataSet batch : batches(TRAIN, 60)) {
      Path file = folder.resolve("part-" + paths.size());
      batch.save(file.toFile());
      paths.add(file.toUri().toString());
    }
    Function<Integer, SparkDl4jMultiLayer> network =
        unused ->
            new SparkDl4jMultiLayer(
                spark,
                configuration(new Adam(1e-3), 0),
                new CentroidTrainingMaster.Builder().batchSizePerWorker(60).build());
    SparkDl4jMultiLayer read = network.apply(1);
    read.fitPaths(spark.parallelize(paths, 3), new SerializedDataSetLoader());
    SparkDl4jMultiLayer given = network.apply(2);
    given.fit(spark.parallelize(batches(TRAIN, 60), 2));
    assertThat(read.getNetwork().params().toFloatVector())
        .isEqualTo(given.getNetwork().params().toFloatVector());

    Files.delete(folder.resolve("part-3"));
    assertThatThrownBy(
            () ->
                network
                    .apply(3)
                    .fitPaths(spark.parallelize(paths, 3), new SerializedDataSetLoader()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("element 3 of the RDD")
        .hasMessageContaining("part-3 cannot be loaded");
  }

  @Test
  void retriesALostConnectionButNotAMissingFile() throws Exception {
    JavaSparkContext spark = start("local[2,3]", false);
    Path file = folder.resolve("part");
    batches(TRAIN, 60).get(0).save(file.toFile());
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration(new Sgd(0.1), 0),
            new CentroidTrainingMaster.Builder().workers(1).batchSizePerWorker(60).build());
    UnsteadyLoader.LOADS.set(0);
    JavaRDD<String> paths = spark.parallelize(List.of(file.toUri().toString()), 1);
    network.fitPaths(paths, new UnsteadyLoader(new SocketException("Connection reset")));
    assertThat(UnsteadyLoader.LOADS).hasValue(2);
    assertThat(network.getNetwork().getIterationCount()).isEqualTo(1);

    UnsteadyLoader.LOADS.set(0);
    assertThatThrownBy(
            () -> network.fitPaths(paths, new UnsteadyLoader(new FileNotFoundException("gone"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be loaded: gone");
    assertThat(UnsteadyLoader.LOADS).hasValue(1);
  }

  /** Fails at the first call. */
  private static final class UnsteadyLoader implements DataSetLoader {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger LOADS = new AtomicInteger();

    private final IOException failure;

    UnsteadyLoader(IOException failure) {
      this.failure = failure;
    }

    @Override
    public DataSet load(Source source) throws IOException {
      if (LOADS.getAndIncrement() == 0) {
        throw failure;
      }
      return new SerializedDataSetLoader().load(source);
    }
  }

  @Test
  void numberOfWorkersDefaultsToNumberOfCores() {
    JavaSparkContext spark = start("local[3]", false);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration(new Sgd(0.1), 0),
            new CentroidTrainingMaster.Builder().batchSizePerWorker(20).build());
    network.fit(spark.parallelize(TRAIN, 1));
    assertThat(network.getNetwork().getIterationCount()).isEqualTo(600 / 3 / 20);
  }

  @Test
  void errorsNameTheInvalidElement() {
    JavaSparkContext spark = start("local[2]", false);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration(new Sgd(0.1), 0),
            new CentroidTrainingMaster.Builder().batchSizePerWorker(4).build());
    List<DataSet> narrow = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      narrow.add(new DataSet(Nd4j.rand(1, 5), Nd4j.zeros(1, 10)));
    }
    float[] before = network.getNetwork().params().toFloatVector();
    assertThatThrownBy(() -> network.fit(spark.parallelize(narrow, 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("minibatch 0 of worker 0 (features [[4, 5]], labels [[4, 10]])");
    assertThat(network.getNetwork().params().toFloatVector()).isEqualTo(before);
    assertThatThrownBy(() -> network.fit(spark.parallelize(List.<DataSet>of(), 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no examples");
    narrow.set(5, new DataSet(Nd4j.rand(1, 784), null));
    assertThatThrownBy(() -> network.fit(spark.parallelize(narrow, 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("element 5 of the RDD: expected features and labels");
  }

  @Test
  void listenersAreCalledAfterRounds() {
    JavaSparkContext spark = start("local[2]", false);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            configuration(new Sgd(0.1), 0),
            new CentroidTrainingMaster.Builder().localSteps(4).batchSizePerWorker(30).build());
    List<Integer> iterations = new ArrayList<>();
    network.setListeners(
        List.of(
            new BaseTrainingListener() {
              @Override
              public void iterationDone(Model model, int iteration, int epoch) {
                iterations.add(iteration);
              }
            }));
    network.fit(spark.parallelize(TRAIN, 2));
    assertThat(iterations).containsExactly(4, 8, 10);
    assertThat(network.getScore()).isCloseTo(network.getNetwork().score(), within(1e-12));
  }

  private JavaSparkContext start(String master, boolean kryo) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("dl4j")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    if (kryo) {
      conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
          .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    }
    JavaSparkContext spark = new JavaSparkContext(conf);
    spark.setLogLevel("ERROR");
    running = spark;
    return spark;
  }

  private static NeuralNetConfiguration.Builder settings(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(updater)
        .activation(Activation.TANH);
  }

  private static MultiLayerConfiguration configuration(IUpdater updater, double retain) {
    return settings(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(24).dropOut(retain).build())
        .layer(output(24))
        .build();
  }

  private static ComputationGraphConfiguration graph() {
    return settings(new Nesterovs(0.05, 0.9))
        .graphBuilder()
        .addInputs("pixels")
        .addLayer("hidden", new DenseLayer.Builder().nIn(784).nOut(24).build(), "pixels")
        .addLayer("norm", new BatchNormalization.Builder().nIn(24).nOut(24).build(), "hidden")
        .addLayer("digit", output(24), "norm")
        .setOutputs("digit")
        .build();
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(inputs)
        .nOut(10)
        .build();
  }

  private static List<DataSet> digits(Split split, int count) {
    SyntheticDigitFiles digits = SyntheticDigitFiles.of(split, count);
    List<DataSet> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[][] pixels = new float[1][SyntheticDigitFiles.SIZE];
      for (int j = 0; j < SyntheticDigitFiles.SIZE; j++) {
        pixels[0][j] = (digits.pixels()[i * SyntheticDigitFiles.SIZE + j] & 0xFF) / 255f;
      }
      float[][] label = new float[1][10];
      label[0][digits.labels()[i]] = 1;
      examples.add(new DataSet(Nd4j.createFromArray(pixels), Nd4j.createFromArray(label)));
    }
    return examples;
  }

  private static List<DataSet> batches(List<DataSet> examples, int size) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += size) {
      batches.add(DataSet.merge(examples.subList(from, Math.min(from + size, examples.size()))));
    }
    return batches;
  }

  private static org.nd4j.linalg.dataset.api.iterator.DataSetIterator iterator(
      List<DataSet> examples) {
    return new org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator<>(examples, 100);
  }

  private static double difference(MultiLayerNetwork one, MultiLayerNetwork other) {
    return one.params().sub(other.params()).amaxNumber().doubleValue();
  }
}
