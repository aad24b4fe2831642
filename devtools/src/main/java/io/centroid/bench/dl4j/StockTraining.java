package io.centroid.bench.dl4j;

import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkRun;
import io.centroid.bench.Cell;
import io.centroid.bench.averaging.Pace;
import io.centroid.bench.soak.MemoryWatch;
import io.centroid.memory.PeakMemory;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * DL4J's {@code ParameterAveragingTrainingMaster} in one cell of the matrix. A run is one {@code
 * fit} of an RDD with as many rounds as fit the requested time. The first {@code fit} of an RDD, in
 * which the master exports it, is not measured. A short RDD favors the master, which scans the
 * whole RDD in every round.
 */
final class StockTraining {
  private final JavaSparkContext spark;
  private final BenchSettings settings;
  private final Cell cell;
  private final StockData data;
  private final SparkDl4jMultiLayer network;
  private final Pace pace;
  private @Nullable JavaRDD<DataSet> cached;
  private @Nullable JavaRDD<DataSet> rdd;
  private int rddRounds;
  private long rddExamples;
  private int runs;

  StockTraining(
      JavaSparkContext spark, BenchSettings settings, Cell cell, StockData data, boolean export) {
    this.spark = spark;
    this.settings = settings;
    this.cell = cell;
    this.data = data;
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(cell.workers(), settings.batchSize())
            .batchSizePerWorker(settings.batchSize())
            .averagingFrequency(cell.localSteps())
            .workerPrefetchNumBatches(2)
            .rddTrainingApproach(export ? RDDTrainingApproach.Export : RDDTrainingApproach.Direct)
            .build();
    this.network = new SparkDl4jMultiLayer(spark, configuration(), master);
    int batches = data.batches(settings.batchSize());
    this.pace = new Pace(settings, batches / (cell.workers() * cell.localSteps()));
  }

  private MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(BenchSettings.SEED)
        .updater(new Sgd(settings.learningRate()))
        .list()
        .layer(
            new DenseLayer.Builder()
                .nIn(data.inputs())
                .nOut(cell.hidden())
                .activation(Activation.RELU)
                .build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(cell.hidden())
                .nOut(data.classes())
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  BenchmarkRun run() {
    // The length is fixed after the second run, because a different length means exporting another
    // RDD.
    JavaRDD<DataSet> training = rdd;
    if (training == null || runs < 2) {
      training = prepare(pace.rounds());
      network.fit(training);
    }
    runs++;
    MemoryWatch memory = MemoryWatch.start();
    long started = System.nanoTime();
    network.fit(training);
    long nanos = System.nanoTime() - started;
    PeakMemory peak = memory.stop();
    pace.took(rddRounds, nanos);
    int steps = (int) (rddExamples / settings.batchSize() / cell.workers() / rddRounds);
    return BenchmarkRun.whole(
        rddExamples, nanos, network.getNetwork().numParams(), rddRounds, steps, peak);
  }

  private JavaRDD<DataSet> prepare(int targetRounds) {
    if (cached != null) {
      cached.unpersist(true);
    }
    int perRound = cell.workers() * cell.localSteps();
    int batches =
        (int) Math.min(data.batches(settings.batchSize()), (long) targetRounds * perRound);
    rddRounds = Math.max(1, batches / perRound);
    rddExamples = (long) batches * settings.batchSize();
    List<DataSet> sets = data.first(batches, settings.batchSize());
    JavaRDD<DataSet> source = spark.parallelize(sets, cell.workers()).cache();
    source.count();
    // The master caches its input, so it gets a separate RDD.
    JavaRDD<DataSet> input = source.map(set -> set);
    cached = source;
    rdd = input;
    return input;
  }
}
