package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/**
 * Centroid's rounds for DL4J's SparkDl4jMultiLayer and SparkComputationGraph, in place of a
 * ParameterAveragingTrainingMaster. One {@code fit} is one epoch: the RDD's elements are dealt to
 * the workers by their order, each worker takes local steps with the network's own updater, and the
 * deltas are averaged in worker order, so that the result is bitwise the same on any number of
 * executors.
 *
 * <p>The dealt data is kept between calls of {@code fit} with the same RDD. Not thread-safe; lives
 * on the driver.
 */
public final class CentroidTrainingMaster extends WatchedRounds {
  private final MasterSettings settings;
  private final NetworkTraining training;

  private CentroidTrainingMaster(MasterSettings settings) {
    this.settings = settings;
    this.training = new NetworkTraining(settings, listeners());
  }

  /** Collects settings; each has a default. */
  public static final class Builder {
    private OptionalInt workers = OptionalInt.empty();
    private int localSteps = 10;
    private int batchSizePerWorker = 32;
    private OuterSettings outer = MasterSettings.usual(OuterSettings.Name.MEAN);
    private Codec.Name codec = Codec.Name.NONE;
    private double topKFraction = 0.01;
    private InnerStatePolicy innerState = InnerStatePolicy.AVERAGE;
    private long seed = 1;

    /**
     * Logical workers W. The result depends on it, not on the executors: unless it is set, there
     * are as many as {@code spark.default.parallelism} says at the first fit, usually the number of
     * cores.
     */
    public Builder workers(int count) {
      workers = OptionalInt.of(count);
      return this;
    }

    /** Minibatches H of each worker between two synchronizations; 10 unless set. */
    public Builder localSteps(int steps) {
      localSteps = steps;
      return this;
    }

    /** Examples of a minibatch; 32 unless set. */
    public Builder batchSizePerWorker(int examples) {
      batchSizePerWorker = examples;
      return this;
    }

    /** How the parameters move by the mean delta; plain averaging unless set. */
    public Builder outer(OuterSettings step) {
      outer = step;
      return this;
    }

    /** An outer step with its usual numbers. */
    public Builder outer(OuterSettings.Name name) {
      return outer(MasterSettings.usual(name));
    }

    /** How deltas travel; as they are unless set. */
    public Builder codec(Codec.Name name) {
      codec = name;
      return this;
    }

    /** Share of the values that {@link Codec.Name#TOP_K} sends; 0.01 unless set. */
    public Builder topKFraction(double fraction) {
      topKFraction = fraction;
      return this;
    }

    /** What becomes of the updaters' states between rounds; averaged unless set. */
    public Builder innerState(InnerStatePolicy policy) {
      innerState = policy;
      return this;
    }

    /** Of all that is random in a step, such as dropout; 1 unless set. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The master.
     *
     * @throws InputException naming the setting that is out of range
     */
    public CentroidTrainingMaster build() {
      return new CentroidTrainingMaster(
          new MasterSettings(
              workers,
              localSteps,
              batchSizePerWorker,
              outer,
              codec,
              topKFraction,
              innerState,
              seed));
    }
  }

  @Override
  public String toJson() {
    return settings.text(new ObjectMapper());
  }

  @Override
  public String toYaml() {
    return settings.text(new ObjectMapper(new YAMLFactory()));
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    network.setScore(
        training.epoch(network.getSparkContext(), network.getNetwork(), Elements.ofDataSets(data)));
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    graph.setScore(
        training.epoch(graph.getSparkContext(), graph.getNetwork(), Elements.ofDataSets(data)));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    graph.setScore(
        training.epoch(
            graph.getSparkContext(), graph.getNetwork(), Elements.ofMultiDataSets(data)));
  }

  @Override
  public void executeTrainingPaths(
      @Nullable SparkDl4jMultiLayer network,
      @Nullable SparkComputationGraph graph,
      JavaRDD<String> paths,
      @Nullable DataSetLoader loader,
      @Nullable MultiDataSetLoader multiLoader) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(paths.context());
    Elements<String> elements = Elements.ofPaths(spark, paths, loader, multiLoader);
    if (network != null) {
      network.setScore(training.epoch(spark, network.getNetwork(), elements));
    } else if (graph != null) {
      graph.setScore(training.epoch(spark, graph.getNetwork(), elements));
    }
  }

  /** Lets go of the dealt data on the executors; there are no files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return training.release();
  }

  /** Lets go of the dealt data on the executors; there are no files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return training.release();
  }
}
