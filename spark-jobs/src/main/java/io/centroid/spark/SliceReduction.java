package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.spark.internal.RawRecords;
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
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Sharded aggregation on the executors (reduce-scatter): the shuffle sends each slice of all
 * workers' deltas to one reducer, which averages it and applies the outer step. The driver collects
 * one copy of the parameters, regardless of the number of workers.
 */
record SliceReduction(
    RoundSpec spec, OuterStep outerStep, Slicing slicing, Lineage lineage, RoundTimer timer)
    implements Reduction {

  @Override
  public Reduced run(Round round, RoundRdd<?> results, RoundStart start) {
    long began = System.nanoTime();
    Slicing cut = slicing;
    RDD<Tuple2<Integer, SlicePart>> parts =
        new ShuffledRDD<Integer, SlicePart, SlicePart>(
                results.toJavaRDD().flatMapToPair(result -> parts(cut, result.require())).rdd(),
                new BySlice(slicing.count()),
                Jobs.anyTag(),
                Jobs.anyTag(),
                Jobs.anyTag())
            .setSerializer(new RawRecords<>(new SlicePart.Format()));
    parts.setName("deltas of round " + round.number() + " by slice");
    SliceRdd slices =
        new SliceRdd(
            new SliceRdd.Aggregation(round.number(), slicing, spec.codec(), outerStep),
            parts,
            lineage.slices(),
            start);
    boolean keepsOuterState = !outerStep.stateNames().isEmpty();
    if (keepsOuterState) {
      Lineage.keep(slices);
    }
    GatheredSlices gathered;
    WorkerTotals totals;
    try {
      gathered = timer.run(round.number(), () -> gather(slices, round));
      totals = WorkerTotals.of(round.number(), gathered.reports);
    } catch (RuntimeException | Error e) {
      slices.unpersist(false);
      slices.cleanShuffleDependencies(false);
      throw e;
    }
    if (!keepsOuterState) {
      slices.cleanShuffleDependencies(false);
    }
    return new Reduced(
        gathered.parameters,
        new SparkCarriedState(lineage, gathered.shared(), keepsOuterState ? null : List.of()),
        keepsOuterState ? slices : null,
        totals,
        System.nanoTime() - began,
        0,
        gathered.deltaNorm(),
        gathered.bytesUp.get());
  }

  /** Runs the job and gathers one result per slice. */
  private GatheredSlices gather(SliceRdd slices, Round round) {
    GatheredSlices gathered = new GatheredSlices(round.start().parameters().length, momentCount());
    List<CompletableFuture<Void>> decoded = new ArrayList<>();
    Jobs.run(
        slices,
        SliceResult::withoutOuter,
        (slice, number) ->
            decoded.add(CompletableFuture.runAsync(() -> gathered.add(slice, number))));
    decoded.forEach(CompletableFuture::join);
    return gathered;
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

  /** Partitions by slice number. */
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

  /** Gathers the slices in any order of arrival. Called by several threads. */
  private final class GatheredSlices {
    private final float[] parameters;
    private final @Nullable List<float[]> moments;
    private final AtomicLong bytesUp = new AtomicLong();
    private final double[] squares = new double[slicing.count()];
    private List<WorkerReport> reports = List.of();
    private long steps;

    /**
     * Allocates the vectors.
     *
     * @param length number of parameters
     * @param momentCount number of moment vectors of the shared optimizer state; -1 if none is
     *     shared
     */
    GatheredSlices(int length, int momentCount) {
      parameters = new float[length];
      moments = momentCount < 0 ? null : new ArrayList<>();
      for (int i = 0; moments != null && i < momentCount; i++) {
        moments.add(new float[length]);
      }
    }

    void add(SliceResult slice, int number) {
      int from = slicing.from(number);
      Codec.of(Codec.Name.NONE, 0).decode(slice.parameters(), parameters, from, slicing.to(number));
      bytesUp.addAndGet(slice.bytesUp());
      squares[number] = slice.squares();
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

    /** Norm of the mean delta, summed in the order of the slices. */
    double deltaNorm() {
      double sum = 0;
      for (double part : squares) {
        sum += part;
      }
      return Math.sqrt(sum);
    }

    @Nullable InnerState shared() {
      return moments == null ? null : new InnerState(steps, moments);
    }
  }
}
