package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerTotals;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The shuffle brings each slice of all workers to one reducer, which moves it: the driver collects
 * one copy of the parameters whatever the number of workers.
 */
record SliceReduction(
    RoundSpec spec, OuterStep outerStep, Slicing slicing, Lineage lineage, RoundClock clock)
    implements Reduction {

  @Override
  public Reduced run(Round round, RoundRdd<?> results, Broadcast<RoundStart> start) {
    long began = System.nanoTime();
    Slicing cut = slicing;
    JavaPairRDD<Integer, SlicePart> parts =
        results
            .toJavaRDD()
            .flatMapToPair(result -> parts(cut, result.require()))
            .partitionBy(new BySlice(slicing.count()));
    parts.setName("deltas of round " + round.number() + " by slice");
    SliceRdd slices =
        new SliceRdd(
            new SliceRdd.Fold(round.number(), slicing, spec.codec(), outerStep),
            parts.rdd(),
            lineage.slices(),
            start);
    boolean remembers = !outerStep.stateNames().isEmpty();
    if (remembers) {
      Lineage.keep(slices);
    }
    Arrival arrival;
    WorkerTotals totals;
    try {
      arrival = clock.run(round.number(), () -> arrived(slices, round));
      totals = WorkerTotals.of(round.number(), arrival.reports);
    } catch (RuntimeException | Error e) {
      slices.unpersist(false);
      slices.cleanShuffleDependencies(false);
      throw e;
    }
    if (!remembers) {
      slices.cleanShuffleDependencies(false);
    }
    return new Reduced(
        arrival.parameters,
        new SparkCarriedState(lineage, arrival.shared(), remembers ? null : List.of()),
        remembers ? slices : null,
        totals,
        System.nanoTime() - began,
        0,
        arrival.bytesUp.get());
  }

  /** One result a slice, each with one part a worker: map output is that of one task each. */
  private Arrival arrived(SliceRdd slices, Round round) {
    Arrival arrival = new Arrival(round.start().parameters().length, momentCount());
    List<CompletableFuture<Void>> decoded = new ArrayList<>();
    Jobs.run(
        slices,
        SliceResult::withoutOuter,
        (slice, number) ->
            decoded.add(CompletableFuture.runAsync(() -> arrival.take(slice, number))));
    decoded.forEach(CompletableFuture::join);
    return arrival;
  }

  private int momentCount() {
    return spec.innerState() == InnerStatePolicy.AVERAGE ? spec.moments() : -1;
  }

  private static Iterator<Tuple2<Integer, SlicePart>> parts(Slicing slicing, WorkerResult result) {
    return IntStream.range(0, slicing.count())
        .mapToObj(
            slice ->
                new Tuple2<>(
                    slice, SlicePart.of(result, slice, slicing.from(slice), slicing.to(slice))))
        .iterator();
  }

  /** Slice s goes to partition s. */
  private static final class BySlice extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int slices;

    BySlice(int slices) {
      this.slices = slices;
    }

    @Override
    public int numPartitions() {
      return slices;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }
  }

  /** Puts the slices together as they come, in any order, several at a time. */
  private final class Arrival {
    private final float[] parameters;
    private final @Nullable List<float[]> moments;
    private final AtomicLong bytesUp = new AtomicLong();
    private List<WorkerReport> reports = List.of();
    private long steps;

    /**
     * Room for what comes.
     *
     * @param momentCount of the shared optimizer state; -1: none is shared
     */
    Arrival(int length, int momentCount) {
      parameters = new float[length];
      moments = momentCount < 0 ? null : new ArrayList<>();
      for (int i = 0; moments != null && i < momentCount; i++) {
        moments.add(new float[length]);
      }
    }

    void take(SliceResult slice, int number) {
      int from = slicing.from(number);
      Codec.of(Codec.Name.NONE, 0).decode(slice.parameters(), parameters, from, slicing.to(number));
      bytesUp.addAndGet(slice.bytesUp());
      if (number == 0) {
        reports = slice.reports();
      }
      InnerState shared = slice.shared();
      if (shared != null && moments != null) {
        steps = shared.steps();
        for (int i = 0; i < moments.size(); i++) {
          float[] piece = shared.moments().get(i);
          System.arraycopy(piece, 0, moments.get(i), from, piece.length);
        }
      }
    }

    @Nullable InnerState shared() {
      return moments == null ? null : new InnerState(steps, moments);
    }
  }
}
