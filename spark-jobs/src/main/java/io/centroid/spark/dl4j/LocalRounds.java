package io.centroid.spark.dl4j;

import io.centroid.spark.JavaSerialized;
import io.centroid.spark.Jobs;
import io.centroid.spark.LineageRdd;
import io.centroid.spark.Reading;
import io.centroid.train.worker.WorkerState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of one epoch on Spark. What workers keep to themselves stays on the executors, as a
 * chain of RDDs that is cut every {@value #LONGEST} rounds by a visit of the memories to the
 * driver.
 */
final class LocalRounds {
  private static final int LONGEST = 8;

  private final JavaSparkContext spark;
  private final RDD<JavaSerialized<Reading<Minibatches>>> shards;
  private final boolean keepsMemory;
  // By these a lost memory can be made again.
  private final List<Broadcast<?>> reachable = new ArrayList<>();
  private @Nullable LineageRdd<JavaSerialized<Reading<LocalResult>>> memories;
  private List<WorkerState> given;
  private int length;

  /**
   * Rounds that go on from what workers kept.
   *
   * @param given of the last epoch, in worker order; empty if nothing was kept
   */
  LocalRounds(
      JavaSparkContext spark,
      RDD<JavaSerialized<Reading<Minibatches>>> shards,
      boolean keepsMemory,
      List<WorkerState> given) {
    this.spark = spark;
    this.shards = shards;
    this.keepsMemory = keepsMemory;
    this.given = given;
  }

  /** Runs a round; the results are in worker order and without what workers keep. */
  List<LocalResult> run(LocalTask task, Start start) {
    Broadcast<JavaSerialized<Start>> broadcast = spark.broadcast(new JavaSerialized<>(start));
    Broadcast<JavaSerialized<List<WorkerState>>> first =
        given.isEmpty() ? null : spark.broadcast(new JavaSerialized<>(List.copyOf(given)));
    LocalRoundRdd round = new LocalRoundRdd(task, shards, memories, broadcast, first);
    if (keepsMemory) {
      round.persist(StorageLevel.MEMORY_AND_DISK());
    }
    try {
      List<LocalResult> results = collect(round, LocalRounds::withoutMemory);
      extend(round, broadcast, first);
      return results;
    } catch (RuntimeException e) {
      broadcast.destroy();
      round.unpersist(false);
      throw e;
    }
  }

  private void extend(LocalRoundRdd round, Broadcast<?> broadcast, @Nullable Broadcast<?> first) {
    reachable.add(broadcast);
    if (first != null) {
      reachable.add(first);
    }
    if (!keepsMemory) {
      destroyReachable();
      return;
    }
    if (memories != null) {
      memories.unpersist(false);
    }
    memories = round;
    given = List.of();
    if (++length >= LONGEST) {
      given = finish();
    }
  }

  /** Brings what workers keep to the driver, and lets go of the executors' copies. */
  List<WorkerState> finish() {
    if (memories != null) {
      List<LocalResult> kept = collect(memories, LocalRounds::memoryOnly);
      given = kept.stream().map(result -> result.worker().memory()).toList();
      memories.unpersist(false);
      memories = null;
    }
    length = 0;
    destroyReachable();
    return given;
  }

  /** Lets go of everything after a failure. */
  void abandon() {
    if (memories != null) {
      memories.unpersist(false);
      memories = null;
    }
    destroyReachable();
  }

  private void destroyReachable() {
    reachable.forEach(Broadcast::destroy);
    reachable.clear();
  }

  private static <T> List<T> collect(
      RDD<JavaSerialized<Reading<T>>> rdd,
      Jobs.Extract<JavaSerialized<Reading<T>>, JavaSerialized<Reading<T>>> extract) {
    List<Reading<T>> results = new ArrayList<>(Collections.nCopies(rdd.getNumPartitions(), null));
    Jobs.run(rdd, extract, (result, partition) -> results.set(partition, result.value()));
    return results.stream().map(Reading::require).toList();
  }

  private static JavaSerialized<Reading<LocalResult>> withoutMemory(
      JavaSerialized<Reading<LocalResult>> reading) {
    return new JavaSerialized<>(
        reading
            .value()
            .map(result -> new LocalResult(result.worker().withoutMemory(), result.iteration())));
  }

  private static JavaSerialized<Reading<LocalResult>> memoryOnly(
      JavaSerialized<Reading<LocalResult>> reading) {
    return new JavaSerialized<>(
        reading
            .value()
            .map(result -> new LocalResult(result.worker().memoryOnly(), result.iteration())));
  }
}
