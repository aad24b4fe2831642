package io.centroid.spark.dl4j;

import io.centroid.spark.JavaSerialized;
import io.centroid.spark.LineageRdd;
import io.centroid.spark.Reading;
import io.centroid.train.worker.WorkerState;
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
 * The workers' results of one round, a partition a worker. Memories come from the round before or,
 * for the first one, from a broadcast.
 */
final class LocalRoundRdd extends LineageRdd<JavaSerialized<Reading<LocalResult>>> {
  private static final long serialVersionUID = 1L;

  private final LocalTask task;
  private final Broadcast<JavaSerialized<Start>> start;
  private final @Nullable Broadcast<JavaSerialized<List<WorkerState>>> given;
  private @Nullable RDD<JavaSerialized<Reading<Minibatches>>> shards;
  private @Nullable LineageRdd<JavaSerialized<Reading<LocalResult>>> previous;

  LocalRoundRdd(
      LocalTask task,
      RDD<JavaSerialized<Reading<Minibatches>>> shards,
      @Nullable LineageRdd<JavaSerialized<Reading<LocalResult>>> previous,
      Broadcast<JavaSerialized<Start>> start,
      @Nullable Broadcast<JavaSerialized<List<WorkerState>>> given) {
    super(shards.sparkContext(), parents(shards, previous));
    this.task = task;
    this.shards = shards;
    this.previous = previous;
    this.start = start;
    this.given = given;
  }

  private static List<Dependency<?>> parents(RDD<?> shards, @Nullable RDD<?> previous) {
    Dependency<?> shard = new OneToOneDependency<>(shards);
    return previous == null ? List.of(shard) : List.of(shard, new OneToOneDependency<>(previous));
  }

  @Override
  protected JavaSerialized<Reading<LocalResult>> make(Partition partition, TaskContext context) {
    int worker = partition.index();
    Minibatches minibatches =
        Objects.requireNonNull(shards).iterator(partition, context).next().value().require();
    WorkerState memory = memory(partition, context);
    Start from = start.value().value();
    return new JavaSerialized<>(Reading.of(() -> task.run(worker, from, minibatches, memory)));
  }

  private WorkerState memory(Partition partition, TaskContext context) {
    if (previous != null) {
      return previous.iterator(partition, context).next().value().require().worker().memory();
    }
    return given == null ? WorkerState.EMPTY : given.value().value().get(partition.index());
  }

  @Override
  protected void forgetParents() {
    shards = null;
    previous = null;
  }

  @Override
  protected Partition[] parentPartitions() {
    return Objects.requireNonNull(shards).partitions();
  }
}
