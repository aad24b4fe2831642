package io.centroid.spark;

import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.train.CarriedState;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * State of previous rounds on the executors, the workers' states and the outer optimizer's slices,
 * with the RDD lineage that recomputes it. The lineage is truncated whenever the states are fetched
 * for a checkpoint, and after {@value #MAX_LENGTH} rounds at the latest.
 */
final class Lineage {
  private static final int MAX_LENGTH = 8;
  private static final WorkerReport NO_REPORT = new WorkerReport(0, 0, 0, true, 0, 0);

  private final JavaSparkContext spark;
  private final Slicing slicing;
  // Broadcasts that a replay may read, destroyed when the lineage no longer reaches them.
  private final List<Broadcast<?>> reachable = new ArrayList<>();
  private @Nullable LineageRdd<ReadResult<WorkerResult>> workerStates;
  private @Nullable LineageRdd<SliceResult> slices;
  private @Nullable SparkCarriedState newest;
  private int length;

  Lineage(JavaSparkContext spark, Slicing slicing) {
    this.spark = spark;
    this.slicing = slicing;
  }

  /** Continues from a state, which may come from another process or another kind of workers. */
  void startFrom(CarriedState carried, boolean sliced) {
    if (carried == newest) {
      return;
    }
    List<WorkerState> own = carried.workerStates();
    List<float[]> outer = carried.outerState();
    release();
    if (!own.isEmpty()) {
      workerStates =
          new RestoredStateRdd<>(spark.sc(), broadcast(own.stream().map(Lineage::only).toList()));
    }
    if (sliced && !outer.isEmpty()) {
      slices = new RestoredStateRdd<>(spark.sc(), broadcast(sliced(outer)));
    }
  }

  /** Worker states before the next round; null if there are none. */
  @Nullable LineageRdd<ReadResult<WorkerResult>> workerStates() {
    return workerStates;
  }

  /** The outer optimizer's slices before the next round; null if there are none. */
  @Nullable LineageRdd<SliceResult> slices() {
    return slices;
  }

  /** Caches a round's elements on the executors when they are first computed. */
  static <T> void keep(LineageRdd<T> rdd) {
    rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * Adds a finished round.
   *
   * @param start broadcast of the round's parameters, destroyed at once if no state is kept
   */
  void extend(
      SparkCarriedState carried,
      @Nullable RoundRdd<?> newWorkerStates,
      @Nullable SliceRdd newSlices,
      RoundStart start) {
    drop(workerStates);
    drop(slices);
    workerStates = newWorkerStates;
    slices = newSlices;
    newest = carried;
    reachable.add(start);
    if (workerStates == null && slices == null) {
      destroyReachable();
    } else if (++length >= MAX_LENGTH) {
      carried.fetch();
    }
  }

  /** Fetches the newest state to the driver and truncates the lineage there. */
  Fetched truncate(SparkCarriedState carried) {
    if (carried != newest) {
      throw new IllegalStateException("only the newest state can be fetched from the executors");
    }
    List<WorkerResult> own =
        fetched("worker", workerStates, result -> result.require().stateOnly());
    List<SliceResult> outer = fetched("slice", slices, SliceResult::outerOnly);
    List<Broadcast<?>> unreachable = List.copyOf(reachable);
    reachable.clear();
    length = 0;
    if (workerStates != null) {
      workerStates.truncate(
          broadcast(own.stream().map(result -> new ReadResult<>(result, null)).toList()));
    }
    if (slices != null) {
      slices.cleanShuffleDependencies(false);
      slices.truncate(broadcast(outer));
    }
    unreachable.forEach(Broadcast::destroy);
    return new Fetched(own.stream().map(WorkerResult::state).toList(), whole(outer));
  }

  record Fetched(List<WorkerState> own, List<float[]> outer) {}

  private static <T, U> List<U> fetched(
      String task, @Nullable LineageRdd<T> rdd, Jobs.Extract<T, U> extract) {
    return rdd == null
        ? List.of()
        : JobProperties.described(
            rdd.sparkContext(),
            "fetching the state of each " + task,
            () -> Jobs.results(task, rdd, extract));
  }

  private <T> List<Broadcast<T>> broadcast(List<T> elements) {
    List<Broadcast<T>> broadcasts = elements.stream().map(spark::broadcast).toList();
    reachable.addAll(broadcasts);
    return broadcasts;
  }

  private static ReadResult<WorkerResult> only(WorkerState memory) {
    return new ReadResult<>(new WorkerResult(NO_REPORT, List.of(), null, memory), null);
  }

  private List<SliceResult> sliced(List<float[]> outer) {
    List<SliceResult> results = new ArrayList<>();
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      int to = slicing.to(slice);
      List<float[]> vectors =
          outer.stream().map(vector -> Arrays.copyOfRange(vector, from, to)).toList();
      results.add(new SliceResult(new byte[0], vectors, null, List.of(), 0));
    }
    return results;
  }

  private List<float[]> whole(List<SliceResult> results) {
    List<float[]> outer = new ArrayList<>();
    for (int i = 0; !results.isEmpty() && i < results.get(0).outer().size(); i++) {
      float[] vector = new float[slicing.parameters()];
      for (int slice = 0; slice < results.size(); slice++) {
        float[] part = results.get(slice).outer().get(i);
        System.arraycopy(part, 0, vector, slicing.from(slice), part.length);
      }
      outer.add(vector);
    }
    return outer;
  }

  private static void drop(@Nullable LineageRdd<?> rdd) {
    if (rdd != null) {
      rdd.unpersist(false);
    }
  }

  private void destroyReachable() {
    // Waits for large broadcasts to be removed, or the driver would hold two models.
    reachable.forEach(broadcast -> Lifetimes.destroy(broadcast, slicing.count() > 1));
    reachable.clear();
  }

  /** Releases all state on the executors; the next round starts from a state of this JVM. */
  void release() {
    drop(workerStates);
    drop(slices);
    workerStates = null;
    slices = null;
    newest = null;
    length = 0;
    destroyReachable();
  }
}
