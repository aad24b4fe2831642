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
 * What executors remember of the rounds so far: the workers' memories and the outer step's slices,
 * and by which rounds they can be made again. It is anchored, and so kept short, whenever the
 * memories are fetched for a checkpoint, and after {@value #LONGEST} rounds at the latest.
 */
final class Lineage {
  private static final int LONGEST = 8;
  private static final WorkerReport NO_REPORT = new WorkerReport(0, 0, 0, true, 0, 0);

  private final JavaSparkContext spark;
  private final Slicing slicing;
  // By these parameters a replay trains; each is destroyed when no replay can reach it any more.
  private final List<Broadcast<?>> reachable = new ArrayList<>();
  private @Nullable LineageRdd<Reading<WorkerResult>> memories;
  private @Nullable LineageRdd<SliceResult> slices;
  private @Nullable SparkCarriedState newest;
  private int length;

  Lineage(JavaSparkContext spark, Slicing slicing) {
    this.spark = spark;
    this.slicing = slicing;
  }

  /** Goes on from a state, which another process or another kind of workers may have left. */
  void startFrom(CarriedState carried, boolean sliced) {
    if (carried == newest) {
      return;
    }
    List<WorkerState> own = carried.workerStates();
    List<float[]> outer = carried.outerState();
    forget();
    if (!own.isEmpty()) {
      memories = new GivenRdd<>(spark.sc(), broadcast(own.stream().map(Lineage::only).toList()));
    }
    if (sliced && !outer.isEmpty()) {
      slices = new GivenRdd<>(spark.sc(), broadcast(sliced(outer)));
    }
  }

  /** The memories before the coming round; null means none. */
  @Nullable LineageRdd<Reading<WorkerResult>> memories() {
    return memories;
  }

  /** The outer step's slices before the coming round; null means none. */
  @Nullable LineageRdd<SliceResult> slices() {
    return slices;
  }

  /** Keeps a round's elements on the executors, once something asks for them. */
  static <T> void keep(LineageRdd<T> rdd) {
    rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * Takes in a round that is done.
   *
   * @param start destroyed at once if nothing is remembered
   */
  void extend(
      SparkCarriedState carried,
      @Nullable RoundRdd<?> newMemories,
      @Nullable SliceRdd newSlices,
      Broadcast<RoundStart> start) {
    drop(memories);
    drop(slices);
    memories = newMemories;
    slices = newSlices;
    newest = carried;
    reachable.add(start);
    if (memories == null && slices == null) {
      destroyReachable();
    } else if (++length >= LONGEST) {
      carried.fetch();
    }
  }

  /** Brings what the newest state carries to the driver and ends the lineage there. */
  Fetched anchor(SparkCarriedState carried) {
    if (carried != newest) {
      throw new IllegalStateException("only the newest state can be fetched from the executors");
    }
    List<WorkerResult> own = fetched("worker", memories, result -> result.require().stateOnly());
    List<SliceResult> outer = fetched("slice", slices, SliceResult::outerOnly);
    List<Broadcast<?>> unreachable = List.copyOf(reachable);
    reachable.clear();
    length = 0;
    if (memories != null) {
      memories.anchor(broadcast(own.stream().map(result -> new Reading<>(result, null)).toList()));
    }
    if (slices != null) {
      slices.cleanShuffleDependencies(false);
      slices.anchor(broadcast(outer));
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

  private static Reading<WorkerResult> only(WorkerState memory) {
    return new Reading<>(new WorkerResult(NO_REPORT, List.of(), null, memory), null);
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
    // Large parameters must be gone before the next ones come, or the driver holds both.
    reachable.forEach(broadcast -> Lifetimes.destroy(broadcast, slicing.count() > 1));
    reachable.clear();
  }

  /** Lets go of everything on the executors; the next state to start from is one of this JVM. */
  void forget() {
    drop(memories);
    drop(slices);
    memories = null;
    slices = null;
    newest = null;
    length = 0;
    destroyReachable();
  }
}
