package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.spark.internal.BroadcastBlocks;
import io.centroid.spark.monitoring.RunJobs;
import io.centroid.spark.placement.WorkerHomes;
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
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * Runs workers as Spark tasks. A round is one job, with one stage for driver-side aggregation and
 * two for sharded aggregation on the executors. The parameters are sent as a broadcast, which is
 * destroyed when no replay needs it any more. Not thread-safe.
 *
 * @param <S> type of a worker's shard
 */
public final class SparkWorkers<S> implements AutoCloseable {
  // A task temporarily holds a second copy of unsliced parameters.
  public static final long MAX_UNSLICED_BYTES = 16L << 20;
  // Up to this size of all deltas together, driver-side aggregation is faster than a shuffle. Up to
  // this size of all worker states, fetching them every few rounds is faster than files.
  public static final long MAX_COLLECTED_BYTES = 64L << 20;

  private final JavaSparkContext spark;
  private final RunJobs jobs;
  private final RDD<ReadResult<S>> shards;
  private final WorkerHomes homes;
  private final LocalTraining<S> training;
  private final RoundSpec spec;
  private final OuterStep outerStep;
  private final int slices;
  private final RoundTimer timer;
  private final RoundStart.Evaluated evaluated = new RoundStart.Evaluated();
  private @Nullable Rounds rounds;

  /**
   * Creates the workers.
   *
   * @param jobs jobs of the run, which the caller closes
   * @param shards persisted, one partition per worker, in worker order
   * @param homes homes of the workers
   * @param slices number of slices for sharded aggregation on the executors; 1: driver-side
   *     aggregation; 0: chosen by model size
   * @param limit time limit of a round
   */
  public SparkWorkers(
      JavaSparkContext spark,
      RunJobs jobs,
      RDD<ReadResult<S>> shards,
      WorkerHomes homes,
      LocalTraining<S> training,
      RoundSpec spec,
      OuterStep outerStep,
      int slices,
      RoundLimit limit) {
    this.spark = spark;
    this.jobs = jobs;
    this.shards = shards;
    this.homes = homes;
    this.training = training;
    this.spec = spec;
    this.outerStep = outerStep;
    this.slices = slices;
    this.timer = new RoundTimer(spark.sc(), limit, spec.workers());
  }

  /** Objects that depend on the number of parameters. */
  private record Rounds(Slicing slicing, Lineage lineage, Reduction reduction) {}

  private Rounds rounds(int parameters) {
    if (rounds == null) {
      Slicing slicing = slicing(parameters, slices, bytesUp(parameters));
      Lineage lineage =
          new Lineage(spark, jobs, slicing, workerStateBytes(parameters) > MAX_COLLECTED_BYTES);
      rounds =
          new Rounds(
              slicing,
              lineage,
              slicing.count() == 1
                  ? new DriverReduction(spec, outerStep, lineage, timer)
                  : new SliceReduction(spec, outerStep, slicing, lineage, timer));
    }
    return rounds;
  }

  /**
   * Chooses how to slice the parameters.
   *
   * @param parameters number of parameters
   * @param slices number of slices; 0: chosen by size
   * @param bytesUp bytes that all workers send to the driver without slicing
   */
  static Slicing slicing(int parameters, int slices, long bytesUp) {
    boolean whole =
        (long) Float.BYTES * parameters <= MAX_UNSLICED_BYTES && bytesUp <= MAX_COLLECTED_BYTES;
    return slices > 0 || whole
        ? Slicing.of(parameters, Math.max(1, slices))
        : new Slicing(parameters, BroadcastBlocks.LENGTH);
  }

  /** Number of bytes of all workers' deltas and averaged optimizer states. */
  private long bytesUp(int parameters) {
    long vectors = spec.innerState() == InnerStatePolicy.AVERAGE ? spec.moments() : 0;
    long blocks = parameters / Codec.BLOCK;
    long delta =
        blocks * spec.codec().size(Codec.BLOCK) + spec.codec().size(parameters % Codec.BLOCK);
    return spec.workers() * (delta + vectors * Float.BYTES * parameters);
  }

  /** Number of bytes of the states that all workers keep. */
  private long workerStateBytes(int parameters) {
    long vectors =
        (spec.innerState() == InnerStatePolicy.KEEP ? spec.moments() : 0)
            + (spec.codec().isExact() ? 0 : 1);
    return spec.workers() * vectors * Float.BYTES * parameters;
  }

  /**
   * Runs a round: local steps on every worker, aggregation of the deltas in worker order, outer
   * step.
   *
   * @throws io.centroid.train.DivergedException if a worker's loss or parameters are NaN or
   *     infinite
   */
  public RoundResult run(Round round) {
    return jobs.run(described(round), "local steps", () -> trained(round))
        .withFaults(jobs.faults());
  }

  /**
   * Job description for the web UI; steps are numbered from 1, rounds as in messages and metrics.
   */
  private String described(Round round) {
    long first = round.firstStep() + 1;
    return String.format(
        Locale.ROOT,
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
    RDD<ReadResult<S>> placed = homes.place(shards, spec.device());
    RoundStart start = start(slicing, round.start().parameters(), carried.shared());
    long bytesDown = start.bytes() * homes.executors();
    RoundRdd<S> results =
        new RoundRdd<>(
            "round " + round.number(),
            WorkerTask.of(spec, round),
            training,
            placed,
            lineage.workerStates(),
            start);
    if (spec.keepsWorkerState()) {
      Lineage.keep(results);
    }
    long published = System.nanoTime();
    Reduction.Reduced reduced;
    try {
      reduced = way.reduction.run(round, results, start);
    } catch (RuntimeException | Error e) {
      // The run may continue from an earlier state: release everything of this round.
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
        totals.reports(),
        reduced.deltaNorm(),
        RoundResult.Faults.NONE);
  }

  /** Publishes what a round starts from, unless an evaluation has just done so. */
  private RoundStart start(Slicing slicing, float[] parameters, @Nullable InnerState shared) {
    // In local mode publishing costs nothing, and what a replay needs is kept in another way.
    boolean isReusable = shared == null && !spark.sc().isLocal();
    RoundStart published = evaluated.take(isReusable ? parameters : null);
    return published != null
        ? published
        : RoundStart.publish(
            spark.sc(),
            slicing,
            parameters,
            shared,
            spec.keepsWorkerState() || !outerStep.stateNames().isEmpty());
  }

  /** The published parameters for an evaluation, valid until the next one or the next round. */
  RoundStart published(float[] parameters) {
    return evaluated.publish(spark.sc(), rounds(parameters.length).slicing, parameters);
  }

  /** Releases the state on the executors. */
  @Override
  public void close() {
    evaluated.take(null);
    if (rounds != null) {
      rounds.lineage.release();
    }
    timer.close();
  }
}
