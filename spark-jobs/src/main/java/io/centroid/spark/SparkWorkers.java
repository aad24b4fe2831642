package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.spark.internal.JobProperties;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerTask;
import io.centroid.train.worker.WorkerTotals;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * Workers as Spark tasks. A round is one job: of one stage where whole deltas come to the driver,
 * of two where slices meet on the executors. The parameters go out as a broadcast that is destroyed
 * when no replay can need it any more. Used by one thread at a time.
 *
 * @param <S> a worker's part of the data
 */
public final class SparkWorkers<S> implements AutoCloseable {
  // What a process gets in one piece, it holds twice for a while: as bytes and as an object.
  private static final long LARGEST_WHOLE = 16L << 20;
  // Up to so many bytes from all workers, two more stages cost more than the driver saves.
  private static final long MOST_COLLECTED = 64L << 20;
  // An array of a slice fits two or four of G1's regions, whose rest nobody else could use.
  private static final int USUAL_SLICE = (1 << 20) - Codec.BLOCK;

  private final JavaSparkContext spark;
  private final RDD<Reading<S>> shards;
  private final LocalTraining<S> training;
  private final RoundSpec spec;
  private final OuterStep outerStep;
  private final int slices;
  private final RoundClock clock;
  private @Nullable Rounds rounds;

  /**
   * Workers.
   *
   * @param shards one partition a worker, in worker order
   * @param slices in how many slices deltas meet on the executors; 1: whole, on the driver; 0: by
   *     the size of the model
   */
  public SparkWorkers(
      JavaSparkContext spark,
      RDD<Reading<S>> shards,
      LocalTraining<S> training,
      RoundSpec spec,
      OuterStep outerStep,
      int slices,
      RoundLimit limit) {
    this.spark = spark;
    this.shards = shards;
    this.training = training;
    this.spec = spec;
    this.outerStep = outerStep;
    this.slices = slices;
    this.clock = new RoundClock(spark.sc(), limit, spec.workers());
  }

  /** What the length of the parameters decides. */
  private record Rounds(Slicing slicing, Lineage lineage, Reduction reduction) {}

  private Rounds rounds(int parameters) {
    if (rounds == null) {
      Slicing slicing = slicing(parameters, slices, bytesUp(parameters));
      Lineage lineage = new Lineage(spark, slicing);
      rounds =
          new Rounds(
              slicing,
              lineage,
              slicing.count() == 1
                  ? new DriverReduction(spec, outerStep, lineage, clock)
                  : new SliceReduction(spec, outerStep, slicing, lineage, clock));
    }
    return rounds;
  }

  /**
   * How parameters are cut.
   *
   * @param slices wanted; 0: by the number of bytes
   * @param bytesUp what comes to the driver where they are not cut
   */
  static Slicing slicing(int parameters, int slices, long bytesUp) {
    boolean whole = (long) Float.BYTES * parameters <= LARGEST_WHOLE && bytesUp <= MOST_COLLECTED;
    return Slicing.of(parameters, slices > 0 ? slices : whole ? 1 : parameters / USUAL_SLICE + 1);
  }

  /** Bytes of all workers' deltas, and of the optimizer states that are averaged with them. */
  private long bytesUp(int parameters) {
    long vectors = spec.innerState() == InnerStatePolicy.AVERAGE ? spec.moments() : 0;
    return spec.workers() * (spec.codec().size(parameters) + vectors * Float.BYTES * parameters);
  }

  /**
   * Takes the local steps of a round on every worker, folds their deltas in worker order and takes
   * the outer step.
   *
   * @throws io.centroid.train.DivergedException if a worker left the finite numbers
   */
  public RoundResult run(Round round) {
    return JobProperties.described(spark.sc(), described(round), () -> trained(round));
  }

  /** As people count steps, from 1 on; rounds are numbered as in messages and metrics. */
  private String described(Round round) {
    long first = round.firstStep() + 1;
    return String.format(
        "round %d: %d worker%s, step%s",
        round.number(),
        spec.workers(),
        spec.workers() == 1 ? "" : "s",
        round.steps() == 1 ? " " + first : "s " + first + "-" + (first + round.steps() - 1));
  }

  private RoundResult trained(Round round) {
    CarriedState carried = round.start().carried();
    Rounds way = rounds(round.start().parameters().length);
    Slicing slicing = way.slicing;
    Lineage lineage = way.lineage;
    lineage.startFrom(carried, slicing.count() > 1);
    long began = System.nanoTime();
    Broadcast<RoundStart> start =
        RoundStart.publish(spark, slicing, round.start().parameters(), carried.shared());
    long bytesDown = start.value().bytes() * executors();
    RoundRdd<S> results =
        new RoundRdd<>(
            "round " + round.number(),
            WorkerTask.of(spec, round),
            training,
            shards,
            lineage.memories(),
            start);
    if (spec.keepsWorkerState()) {
      Lineage.keep(results);
    }
    long published = System.nanoTime();
    Reduction.Reduced reduced;
    try {
      reduced = way.reduction.run(round, results, start);
    } catch (RuntimeException | Error e) {
      // The run may go on from an earlier state: nothing of this round may stay behind.
      results.unpersist(false);
      start.destroy();
      throw e;
    }
    WorkerTotals totals = reduced.totals();
    lineage.extend(
        reduced.carried(), spec.keepsWorkerState() ? results : null, reduced.slices(), start);
    return new RoundResult(
        reduced.parameters(),
        reduced.carried(),
        totals.examples(),
        totals.loss(),
        new RoundCost(
            published - began,
            reduced.runNanos(),
            reduced.aggregationNanos(),
            totals.slowestTaskNanos(),
            totals.slowestNanos(),
            totals.computeNanos(),
            bytesDown,
            reduced.bytesUp()),
        totals.peakMemory(),
        totals.reports());
  }

  /** Processes that receive a broadcast; Spark counts the driver among them. */
  private int executors() {
    return Math.max(1, spark.sc().statusTracker().getExecutorInfos().length - 1);
  }

  /** Lets go of what executors remember. */
  @Override
  public void close() {
    if (rounds != null) {
      rounds.lineage.forget();
    }
    clock.close();
  }
}
