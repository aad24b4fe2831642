package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.data.DataSummary;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.device.GpuReport;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.nn.LearnerFactory;
import io.centroid.spark.internal.ActiveExecutor;
import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.spark.placement.TaskDevices;
import io.centroid.spark.placement.WorkerHomes;
import io.centroid.spark.session.SparkFailure;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerExecution;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;

/**
 * Shards of a data set as a cached RDD, one partition per worker. Executors read shards directly
 * from the file system and cache them decoded, each at its worker's home. A shard lost with its
 * executor, or whose worker moved, is read again by the executor that runs the worker next. No
 * example passes through the driver.
 *
 * <p>Works on any SparkContext with any serializer, and neither stops nor changes it.
 */
public final class SparkShardedData implements ShardedData {
  private final JavaSparkContext spark;
  private final ShardSpec spec;
  private final int slices;
  private final RoundLimit limit;
  // Broadcast, because the source contains Hadoop's configuration, which is too large for every
  // task.
  private final Broadcast<ExecutorTraining<WorkerExecution>> training;
  private final List<SparkWorkers<Shard>> opened = new ArrayList<>();
  private final WorkerHomes homes;
  private final Map<Split, JavaRDD<ReadResult<Shard>>> shards = new EnumMap<>(Split.class);
  private boolean closed;

  /**
   * Creates the shards of a data set.
   *
   * @param slices number of slices for sharded aggregation on the executors; 1: driver-side
   *     aggregation; 0: chosen by model size
   */
  public SparkShardedData(JavaSparkContext spark, ShardSpec spec, int slices) {
    this(spark, spec, slices, RoundLimit.NONE);
  }

  /**
   * Creates the shards of a data set.
   *
   * @param slices number of slices for sharded aggregation on the executors; 1: driver-side
   *     aggregation; 0: chosen by model size
   * @param limit time limit of a round
   */
  public SparkShardedData(JavaSparkContext spark, ShardSpec spec, int slices, RoundLimit limit) {
    this.limit = limit;
    this.slices = slices;
    this.spark = spark;
    this.spec = spec;
    this.homes = new WorkerHomes(spark.sc(), spec.workers());
    this.training =
        spark.broadcast(new ExecutorTraining<>(() -> new WorkerExecution(spec, new TaskDevices())));
  }

  @Override
  public DataSummary survey(Split split) {
    return new DataSummary(
        read(
            "reading " + spec.source().place(split),
            homes.place(shards(split).rdd()),
            shard -> shard.map(Shard::summary)));
  }

  @Override
  public Workers workers(WorkerSpec workerSpec, OuterStep outerStep) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    SparkWorkers<Shard> workers =
        new SparkWorkers<>(
            spark,
            shards(Split.TRAIN).rdd(),
            homes,
            (task, worker, shard, start, memory) ->
                shared.value().execution().train(workerSpec, task, worker, shard, start, memory),
            workerSpec,
            outerStep,
            slices,
            limit);
    opened.add(workers);
    return new Workers() {
      @Override
      public RoundResult run(Round round) {
        return workers.run(round);
      }

      @Override
      public Evaluation evaluate(EvaluationSet part, float[] parameters) {
        return SparkShardedData.this.evaluate(
            workerSpec.scoring(), part, workers.published(parameters));
      }
    };
  }

  @Override
  public Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters) {
    RoundStart vector = published(parameters);
    try {
      return evaluate(scoring, part, vector);
    } finally {
      vector.destroy();
    }
  }

  private Evaluation evaluate(Scoring scoring, EvaluationSet part, RoundStart vector) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    return read(
            "evaluation of the " + part.name().toLowerCase(Locale.ROOT) + " examples",
            homes.place(shards(part.split()).rdd(), scoring.network().engine().device()),
            loaded ->
                ReadResult.of(
                    () -> {
                      Shard shard = loaded.require();
                      return SparkFailure.guarded(
                          "worker " + shard.worker(),
                          () ->
                              shared
                                  .value()
                                  .execution()
                                  .evaluate(scoring, part, shard, vector.value()));
                    }))
        .stream()
        .reduce(Evaluation.empty(0), Evaluation::merge);
  }

  @Override
  public Predictions predict(Scoring scoring, Split split, float[] parameters) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    RoundStart vector = published(parameters);
    try {
      return Predictions.inSourceOrder(
          read(
              "prediction of " + spec.source().place(split),
              homes.anywhere(workerNumbers().rdd(), scoring.network().engine().device()),
              worker ->
                  SparkFailure.guarded(
                      "worker " + worker,
                      () ->
                          ReadResult.of(
                              () ->
                                  shared
                                      .value()
                                      .execution()
                                      .predict(scoring, split, worker, vector.value())))));
    } finally {
      vector.destroy();
    }
  }

  @Override
  public <T> List<T> onWorkers(OnWorker<T> function) {
    return read(
        "reading the state of each worker",
        workerNumbers().rdd(),
        worker -> ReadResult.of(() -> function.apply(worker)));
  }

  @Override
  public int parallelism(Device.Kind kind) {
    return Math.min(homes.slots(kind, spark.defaultParallelism()), spec.workers());
  }

  @Override
  public List<GpuReport> gpus(LearnerFactory engine) {
    return homes
        .gpus()
        .reports(
            engine,
            (executors, examine) ->
                Jobs.<ActiveExecutor, GpuReport>results(
                    "examination of the GPUs", executors, examine::of));
  }

  @Override
  public String description() {
    return "Spark " + spark.version() + " at " + spark.master();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "spark", spark.version(),
        "master", spark.master(),
        "application", spark.sc().applicationId(),
        "executors", String.valueOf(homes.executors()));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // Blocking: Spark logs errors for requests that are pending when it stops.
    try {
      opened.forEach(SparkWorkers::close);
    } finally {
      try {
        shards.values().forEach(rdd -> rdd.unpersist(true));
        shards.clear();
      } finally {
        Lifetimes.destroy(training, true);
      }
    }
  }

  private RoundStart published(float[] parameters) {
    return RoundStart.publish(
        spark.sc(), SparkWorkers.slicing(parameters.length, slices, 0), parameters, null, false);
  }

  private <T, U> List<U> read(
      String description, RDD<T> workers, Jobs.Extract<T, ReadResult<U>> read) {
    return JobProperties.described(
            spark.sc(), description, () -> Jobs.results("worker", workers, read))
        .stream()
        .map(ReadResult::require)
        .toList();
  }

  private JavaRDD<Integer> workerNumbers() {
    List<Integer> workers = IntStream.range(0, spec.workers()).boxed().toList();
    return spark.parallelize(workers, workers.size());
  }

  /** One partition per worker, in worker order. */
  JavaRDD<ReadResult<Shard>> shards(Split split) {
    return shards.computeIfAbsent(split, this::cached);
  }

  private JavaRDD<ReadResult<Shard>> cached(Split split) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    JavaRDD<ReadResult<Shard>> rdd =
        workerNumbers()
            .map(
                worker ->
                    SparkFailure.guarded(
                        "worker " + worker,
                        () -> ReadResult.of(() -> shared.value().execution().read(split, worker))));
    rdd.setName("shards of " + split);
    return rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }
}
