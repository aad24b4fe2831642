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
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * The workers' results of one round, one partition per worker. If workers keep state between
 * rounds, the RDD of the previous round is a parent, and both are persisted.
 *
 * @param <S> type of a worker's shard
 */
final class RoundRdd<S> extends LineageRdd<ReadResult<WorkerResult>> {
  private static final long serialVersionUID = 1L;

  private final WorkerTask task;
  private final LocalTraining<S> training;
  private @Nullable RDD<ReadResult<S>> shards;
  private @Nullable LineageRdd<ReadResult<WorkerResult>> previous;
  private @Nullable RoundStart start;

  /**
   * Creates the RDD of a round.
   *
   * @param name name of the round in Spark's web UI
   * @param previous results of the previous round with the workers' states; null if there are none
   */
  RoundRdd(
      String name,
      WorkerTask task,
      LocalTraining<S> training,
      RDD<ReadResult<S>> shards,
      @Nullable LineageRdd<ReadResult<WorkerResult>> previous,
      RoundStart start) {
    super(shards.sparkContext(), parents(shards, previous));
    setName("results of " + name);
    this.task = task;
    this.training = training;
    this.shards = shards;
    this.previous = previous;
    this.start = start;
  }

  private static List<Dependency<?>> parents(
      RDD<?> shards, @Nullable LineageRdd<ReadResult<WorkerResult>> previous) {
    Dependency<?> shard = new OneToOneDependency<>(shards);
    return previous == null ? List.of(shard) : List.of(shard, new OneToOneDependency<>(previous));
  }

  @Override
  protected ReadResult<WorkerResult> computeElement(Partition partition, TaskContext context) {
    ReadResult<S> shard = required(shards).iterator(partition, context).next();
    ReadResult<WorkerResult> before =
        previous == null ? null : previous.iterator(partition, context).next();
    RoundStart from = required(start);
    int worker = partition.index();
    return ReadResult.of(
        () ->
            SparkFailure.guarded(
                "worker " + worker,
                () ->
                    training.train(
                        task,
                        worker,
                        shard.require(),
                        from.value(),
                        before == null ? WorkerState.EMPTY : before.require().state())));
  }

  private static <T> T required(@Nullable T parent) {
    return Objects.requireNonNull(parent, "the lineage is truncated");
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
