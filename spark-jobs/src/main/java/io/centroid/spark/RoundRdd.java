package io.centroid.spark;

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
 *
 * @param <S> a worker's part of the data
 */
final class RoundRdd<S> extends LineageRdd<Reading<WorkerResult>> {
  private static final long serialVersionUID = 1L;

  private final WorkerTask task;
  private final LocalTraining<S> training;
  private @Nullable RDD<Reading<S>> shards;
  private @Nullable LineageRdd<Reading<WorkerResult>> previous;
  private @Nullable Broadcast<RoundStart> start;

  /**
   * A round whose workers remember the one before, if {@code previous} is not null.
   *
   * @param name of the round, for Spark's web UI
   */
  RoundRdd(
      String name,
      WorkerTask task,
      LocalTraining<S> training,
      RDD<Reading<S>> shards,
      @Nullable LineageRdd<Reading<WorkerResult>> previous,
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
      RDD<?> shards, @Nullable LineageRdd<Reading<WorkerResult>> previous) {
    Dependency<?> shard = new OneToOneDependency<>(shards);
    return previous == null ? List.of(shard) : List.of(shard, new OneToOneDependency<>(previous));
  }

  @Override
  protected Reading<WorkerResult> make(Partition partition, TaskContext context) {
    Reading<S> shard = required(shards).iterator(partition, context).next();
    WorkerState memory =
        previous == null
            ? WorkerState.EMPTY
            : previous.iterator(partition, context).next().require().state();
    Broadcast<RoundStart> from = required(start);
    int worker = partition.index();
    return Reading.of(
        () ->
            SparkFailure.guarded(
                "worker " + worker,
                () ->
                    training.train(
                        task, worker, shard.require(), from.value().open(from.id()), memory)));
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
