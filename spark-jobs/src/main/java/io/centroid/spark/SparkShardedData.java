package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.data.DataSummary;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.spark.session.SparkFailure;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.SlicedState;
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
import org.apache.spark.storage.StorageLevel;

/**
 * Shards as the partitions of a cached RDD, one a worker. Executors read them from the file system
 * and keep them decoded; a shard that is lost with its executor is read again by whichever executor
 * takes the worker over. No example passes through the driver.
 *
 * <p>The context may be anybody's, with any serializer: it is neither stopped nor changed.
 */
public final class SparkShardedData implements ShardedData {
  private final JavaSparkContext spark;
  private final ShardSpec spec;
  private final int slices;
  private final RoundLimit limit;
  // The source carries Hadoop's configuration, too large to go with every round's tasks.
  private final Broadcast<ExecutorTraining<WorkerExecution>> training;
  private final List<SparkWorkers<Shard>> dealt = new ArrayList<>();
  private final Map<Split, JavaRDD<Reading<Shard>>> shards = new EnumMap<>(Split.class);
  private boolean closed;

  /**
   * Shards of a data set.
   *
   * @param slices in how many slices deltas meet on the executors; 1: whole, on the driver; 0: by
   *     the size of the model
   */
  public SparkShardedData(JavaSparkContext spark, ShardSpec spec, int slices) {
    this(spark, spec, slices, RoundLimit.NONE);
  }

  /** The same with rounds that may take only so long. */
  public SparkShardedData(JavaSparkContext spark, ShardSpec spec, int slices, RoundLimit limit) {
    this.limit = limit;
    this.slices = slices;
    this.spark = spark;
    this.spec = spec;
    this.training = spark.broadcast(new ExecutorTraining<>(() -> new WorkerExecution(spec)));
  }

  @Override
  public DataSummary survey(Split split) {
    return new DataSummary(
        read(
            "reading " + spec.source().place(split),
            shards(split),
            shard -> shard.map(Shard::summary)));
  }

  @Override
  public Workers workers(WorkerSpec workerSpec, OuterStep outerStep) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    SparkWorkers<Shard> workers =
        new SparkWorkers<>(
            spark,
            shards(Split.TRAIN).rdd(),
            (task, worker, shard, start, memory) ->
                shared.value().execution().train(workerSpec, task, worker, shard, start, memory),
            workerSpec,
            outerStep,
            slices,
            limit);
    dealt.add(workers);
    return new Workers() {
      @Override
      public RoundResult run(Round round) {
        return workers.run(round);
      }

      @Override
      public Evaluation evaluate(EvaluationSet part, float[] parameters) {
        return SparkShardedData.this.evaluate(workerSpec.scoring(), part, parameters);
      }
    };
  }

  @Override
  public Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    Broadcast<RoundStart> vector = published(parameters);
    try {
      return read(
              "evaluation of the " + part.name().toLowerCase(Locale.ROOT) + " examples",
              shards(part.split()),
              loaded ->
                  loaded.map(
                      shard ->
                          SparkFailure.guarded(
                              "worker " + shard.worker(),
                              () ->
                                  shared
                                      .value()
                                      .execution()
                                      .evaluate(scoring, part, shard, opened(vector)))))
          .stream()
          .reduce(Evaluation.empty(0), Evaluation::merge);
    } finally {
      vector.destroy();
    }
  }

  @Override
  public Predictions predict(Scoring scoring, Split split, float[] parameters) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    Broadcast<RoundStart> vector = published(parameters);
    try {
      return Predictions.inSourceOrder(
          read(
              "prediction of " + spec.source().place(split),
              workerNumbers(),
              worker ->
                  SparkFailure.guarded(
                      "worker " + worker,
                      () ->
                          Reading.of(
                              () ->
                                  shared
                                      .value()
                                      .execution()
                                      .predict(scoring, split, worker, opened(vector))))));
    } finally {
      vector.destroy();
    }
  }

  @Override
  public int parallelism() {
    return Math.min(spark.defaultParallelism(), spec.workers());
  }

  @Override
  public String description() {
    return "Spark " + spark.version() + " at " + spark.master();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // Waits for the executors: Spark complains loudly about requests that are open when it stops.
    dealt.forEach(SparkWorkers::close);
    shards.values().forEach(rdd -> rdd.unpersist(true));
    shards.clear();
    Lifetimes.destroy(training, true);
  }

  private Broadcast<RoundStart> published(float[] parameters) {
    return RoundStart.publish(
        spark, SparkWorkers.slicing(parameters.length, slices, 0), parameters, null);
  }

  private static SlicedState opened(Broadcast<RoundStart> start) {
    return start.value().open(start.id());
  }

  private <T, U> List<U> read(
      String description, JavaRDD<T> workers, Jobs.Extract<T, Reading<U>> read) {
    return JobProperties.described(
            spark.sc(), description, () -> Jobs.results("worker", workers.rdd(), read))
        .stream()
        .map(Reading::require)
        .toList();
  }

  private JavaRDD<Integer> workerNumbers() {
    List<Integer> workers = IntStream.range(0, spec.workers()).boxed().toList();
    return spark.parallelize(workers, workers.size());
  }

  /** One partition a worker, in worker order. */
  JavaRDD<Reading<Shard>> shards(Split split) {
    return shards.computeIfAbsent(split, this::cached);
  }

  private JavaRDD<Reading<Shard>> cached(Split split) {
    Broadcast<ExecutorTraining<WorkerExecution>> shared = training;
    JavaRDD<Reading<Shard>> rdd =
        workerNumbers()
            .map(
                worker ->
                    SparkFailure.guarded(
                        "worker " + worker,
                        () -> Reading.of(() -> shared.value().execution().read(split, worker))));
    rdd.setName("shards of " + split);
    return rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }
}
