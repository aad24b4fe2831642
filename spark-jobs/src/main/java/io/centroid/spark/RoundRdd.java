package io.centroid.spark;

import io.centroid.data.Shard;
import io.centroid.spark.session.SparkFailure;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import java.util.List;
import java.util.Objects;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * The workers' results of one round, a partition a worker. Where workers keep memories, the RDD of
 * the round before is a parent, and both are persisted.
 */
final class RoundRdd extends LineageRdd<JavaSerialized<WorkerResult>> {
  private static final long serialVersionUID = 1L;

  private final WorkerTask task;
  private final Broadcast<ExecutorTraining> training;
  private @Nullable RDD<Reading<Shard>> shards;
  private @Nullable LineageRdd<JavaSerialized<WorkerResult>> previous;
  private @Nullable Broadcast<RoundStart> start;

  /**
   * A round whose workers remember the one before, if {@code previous} is not null.
   *
   * @param name of the round, for Spark's web UI
   */
  RoundRdd(
      String name,
      WorkerTask task,
      Broadcast<ExecutorTraining> training,
      RDD<Reading<Shard>> shards,
      @Nullable LineageRdd<JavaSerialized<WorkerResult>> previous,
      Broadcast<RoundStart> start) {
    super(shards.sparkContext(), parents(shards, previous));
    setName("results of " + name);
    this.task = task;
    this.training = training;
    this.shards = shards;
    this.previous = previous;
    this.start = start;
  }

  private static List<Dependency<?>> parents(
      RDD<Reading<Shard>> shards, @Nullable LineageRdd<JavaSerialized<WorkerResult>> previous) {
    Dependency<?> shard = new OneToOneDependency<>(shards);
    return previous == null ? List.of(shard) : List.of(shard, new OneToOneDependency<>(previous));
  }

  @Override
  protected JavaSerialized<WorkerResult> make(Partition partition, TaskContext context) {
    Shard shard = required(shards).iterator(partition, context).next().require();
    WorkerState memory =
        previous == null
            ? WorkerState.EMPTY
            : previous.iterator(partition, context).next().value().memory();
    Broadcast<RoundStart> from = required(start);
    int worker = partition.index();
    return new JavaSerialized<>(
        SparkFailure.guarded(
            "worker " + worker,
            () ->
                training
                    .value()
                    .execution()
                    .train(task, worker, shard, from.value().open(from.id()), memory)));
  }

  private static <T> T required(@Nullable T parent) {
    return Objects.requireNonNull(parent, "the round is anchored");
  }

  @Override
  protected void forgetParents() {
    shards = null;
    previous = null;
    start = null;
  }

  @Override
  protected Partition[] parentPartitions() {
    return required(shards).partitions();
  }
}
