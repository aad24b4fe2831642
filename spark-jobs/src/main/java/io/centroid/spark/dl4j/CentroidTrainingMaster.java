package io.centroid.spark.dl4j;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.error.InputException;
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
 * A TrainingMaster for DL4J's SparkDl4jMultiLayer and SparkComputationGraph that replaces
 * ParameterAveragingTrainingMaster. One {@code fit} is one epoch: the RDD's elements are
 * distributed to the workers in their order, each worker takes local steps with the network's own
 * updater, and the deltas are averaged in worker order, so the result is bitwise identical on any
 * number of executors.
 *
 * <p>The shards are cached between calls of {@code fit} with the same RDD. Used on the driver. Not
 * thread-safe.
 */
public final class CentroidTrainingMaster extends BaseTrainingMaster {
  private final MasterSettings settings;
  private final NetworkTraining training;

  private CentroidTrainingMaster(MasterSettings settings) {
    this.settings = settings;
    this.training = new NetworkTraining(settings, listeners());
  }

  /** Builder; every setting has a default. */
  public static final class Builder {
    private OptionalInt workers = OptionalInt.empty();
    private int localSteps = 10;
    private int batchSizePerWorker = 32;
    private OuterSettings outer = MasterSettings.defaults(OuterSettings.Name.MEAN);
    private Codec.Name codec = Codec.Name.NONE;
    private double topKFraction = 0.01;
    private InnerStatePolicy innerState = InnerStatePolicy.AVERAGE;
    private long seed = 1;

    /**
     * Number of logical workers W. The result depends on W, not on the number of executors.
     * Default: {@code spark.default.parallelism} at the first fit, usually the number of cores.
     */
    public Builder workers(int count) {
      workers = OptionalInt.of(count);
      return this;
    }

    /** Number of local steps (minibatches) H per worker between synchronizations. Default: 10. */
    public Builder localSteps(int steps) {
      localSteps = steps;
      return this;
    }

    /** Number of examples per minibatch. Default: 32. */
    public Builder batchSizePerWorker(int examples) {
      batchSizePerWorker = examples;
      return this;
    }

    /** Outer optimizer, which applies the mean delta. Default: plain averaging. */
    public Builder outer(OuterSettings step) {
      outer = step;
      return this;
    }

    /** Outer optimizer with its default settings. */
    public Builder outer(OuterSettings.Name name) {
      return outer(MasterSettings.defaults(name));
    }

    /** Compression codec of the deltas. Default: none. */
    public Builder codec(Codec.Name name) {
      codec = name;
      return this;
    }

    /** Fraction of the values that {@link Codec.Name#TOP_K} sends. Default: 0.01. */
    public Builder topKFraction(double fraction) {
      topKFraction = fraction;
      return this;
    }

    /** Handling of the workers' updater states between rounds. Default: averaged. */
    public Builder innerState(InnerStatePolicy policy) {
      innerState = policy;
      return this;
    }

    /** Random seed of a training step, for example for dropout. Default: 1. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Builds the training master.
     *
     * @throws InputException if a setting is out of range
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

  /** Releases the cached shards on the executors; there are no temporary files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return training.release();
  }

  /** Releases the cached shards on the executors; there are no temporary files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return training.release();
  }
}
