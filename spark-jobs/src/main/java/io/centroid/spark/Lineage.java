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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * State of previous rounds on the executors, the workers' states and the outer optimizer's slices,
 * with the RDD lineage that recomputes it. The lineage is truncated whenever the executors write
 * the states to files for a checkpoint. Before a round that would make it longer than {@value
 * #MAX_LENGTH} rounds, the states are fetched to the driver and broadcast.
 */
final class Lineage {
  private static final int MAX_LENGTH = 8;

  private final JavaSparkContext spark;
  private final Slicing slicing;
  private final boolean isLarge;
  // Broadcasts that a replay may read, destroyed when the lineage no longer reaches them.
  private final List<Broadcast<?>> reachable = new ArrayList<>();
  private @Nullable LineageRdd<ReadResult<WorkerResult>> workerStates;
  private @Nullable LineageRdd<SliceResult> slices;
  private @Nullable SparkCarriedState newest;
  private int length;

  /**
   * Creates a lineage without state.
   *
   * @param isLarge whether the states of all workers are too large for the driver
   */
  Lineage(JavaSparkContext spark, Slicing slicing, boolean isLarge) {
    this.spark = spark;
    this.slicing = slicing;
    this.isLarge = isLarge;
  }

  /** Continues from a state, which may come from another process or another kind of workers. */
  void startFrom(CarriedState carried, boolean sliced) {
    SparkCarriedState last = newest;
    if (last != null && carried == last) {
      if (isLong()) {
        shorten(last);
      }
      return;
    }
    CarriedState.InFiles inFiles = carried instanceof CarriedState.InFiles given ? given : null;
    List<WorkerState> own = inFiles == null ? carried.workerStates() : List.of();
    List<float[]> outer = carried.outerState();
    release();
    if (inFiles != null) {
      workerStates =
          new RestoredStateRdd<>(spark.sc(), inFiles.workers(), inFiles(inFiles.files()));
    } else if (!own.isEmpty()) {
      workerStates = new RestoredStateRdd<>(spark.sc(), own.size(), broadcast(results(own)));
    }
    if (sliced && !outer.isEmpty()) {
      slices = new RestoredStateRdd<>(spark.sc(), slicing.count(), broadcast(sliced(outer)));
    }
  }

  private void shorten(SparkCarriedState carried) {
    if (workerStates == null) {
      carried.outerState();
    } else {
      fetchWorkerStates(carried);
    }
  }

  /** Whether the next round makes the replay of a lost state too long. */
  private boolean isLong() {
    return length >= MAX_LENGTH;
  }

  /** Whether the worker states are to be written to files before the next round. */
  boolean needsFiles() {
    return isLong() && workerStates != null && isLarge;
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
    } else {
      length++;
    }
  }

  /** Computes a result from each worker's newest state, where it is. */
  <T> List<T> fromWorkerStates(SparkCarriedState carried, CarriedState.Extract<T> extract) {
    requireNewest(carried);
    return results(
            "writing the state of each worker",
            "worker",
            workerStates,
            element -> element.map(result -> extract.of(result.report().worker(), result.state())))
        .stream()
        .map(ReadResult::require)
        .toList();
  }

  /** Truncates the lineage at files that have the newest worker states. */
  void replayFrom(SparkCarriedState carried, CarriedState.Reader files) {
    requireNewest(carried);
    truncate(() -> inFiles(files), carried.outerState());
  }

  /** Fetches the newest worker states to the driver and truncates the lineage there. */
  List<WorkerState> fetchWorkerStates(SparkCarriedState carried) {
    requireNewest(carried);
    List<WorkerState> own =
        results(
                "fetching the state of each worker",
                "worker",
                workerStates,
                element -> element.map(WorkerResult::stateOnly))
            .stream()
            .map(element -> element.require().state())
            .toList();
    truncate(() -> broadcast(results(own)), carried.outerState());
    return own;
  }

  /** Fetches the newest state of the outer optimizer; truncates the lineage if it has no other. */
  List<float[]> fetchOuterState(SparkCarriedState carried) {
    requireNewest(carried);
    List<float[]> outer =
        whole(results("fetching the state of each slice", "slice", slices, SliceResult::outerOnly));
    if (workerStates == null) {
      truncate(() -> broadcast(List.of()), outer);
    }
    return outer;
  }

  private void requireNewest(SparkCarriedState carried) {
    if (carried != newest) {
      throw new IllegalStateException("only the newest state can be fetched from the executors");
    }
  }

  /**
   * Truncates the lineage.
   *
   * @param own provides the newest worker states if there are any
   * @param outer newest state of the outer optimizer
   */
  private void truncate(
      Supplier<LineageRdd.Elements<ReadResult<WorkerResult>>> own, List<float[]> outer) {
    List<Broadcast<?>> unreachable = List.copyOf(reachable);
    LineageRdd.Elements<ReadResult<WorkerResult>> newOwn = workerStates == null ? null : own.get();
    LineageRdd.Elements<SliceResult> newOuter = slices == null ? null : broadcast(sliced(outer));
    reachable.removeAll(unreachable);
    length = 0;
    if (workerStates != null && newOwn != null) {
      workerStates.truncate(workerStates.getNumPartitions(), newOwn);
    }
    if (slices != null && newOuter != null) {
      slices.cleanShuffleDependencies(false);
      slices.truncate(slicing.count(), newOuter);
    }
    unreachable.forEach(Broadcast::destroy);
  }

  private static <T, U> List<U> results(
      String description, String task, @Nullable LineageRdd<T> rdd, Jobs.Extract<T, U> extract) {
    return rdd == null
        ? List.of()
        : JobProperties.described(
            rdd.sparkContext(), description, () -> Jobs.results(task, rdd, extract));
  }

  private <T> LineageRdd.Elements<T> broadcast(List<T> elements) {
    List<Broadcast<T>> broadcasts = elements.stream().map(spark::broadcast).toList();
    reachable.addAll(broadcasts);
    return LineageRdd.Elements.of(broadcasts);
  }

  /** The reader is broadcast, because it has Hadoop's configuration. */
  private LineageRdd.Elements<ReadResult<WorkerResult>> inFiles(CarriedState.Reader files) {
    Broadcast<JavaSerialized<CarriedState.Reader>> reader =
        spark.broadcast(new JavaSerialized<>(files));
    reachable.add(reader);
    return worker -> ReadResult.of(() -> result(worker, reader.value().value().read(worker)));
  }

  private static List<ReadResult<WorkerResult>> results(List<WorkerState> own) {
    return IntStream.range(0, own.size())
        .mapToObj(worker -> new ReadResult<>(result(worker, own.get(worker)), null))
        .toList();
  }

  private static WorkerResult result(int worker, WorkerState state) {
    return new WorkerResult(new WorkerReport(worker, 0, 0, true, 0, 0), List.of(), null, state);
  }

  private List<SliceResult> sliced(List<float[]> outer) {
    List<SliceResult> results = new ArrayList<>();
    for (int slice = 0; slice < slicing.count(); slice++) {
      int from = slicing.from(slice);
      int to = slicing.to(slice);
      List<float[]> vectors =
          outer.stream().map(vector -> Arrays.copyOfRange(vector, from, to)).toList();
      results.add(new SliceResult(new byte[0], vectors, null, List.of(), 0, 0));
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
