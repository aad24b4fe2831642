package io.centroid.run.metrics;

import io.centroid.memory.PeakMemory;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one round.
 *
 * @param time end of the round; null in files of releases before 0.3
 * @param round number of completed rounds, this one included
 * @param step number of steps per worker so far
 * @param examples number of examples of all workers so far
 * @param epoch index of the round's epoch, from 0
 * @param localSteps local steps per worker in this round
 * @param roundExamples number of examples of all workers in this round
 * @param values finite values; a metric that was not measured is absent
 * @param workers metrics of each worker, in worker order
 */
public record RoundMetrics(
    @Nullable Instant time,
    long round,
    long step,
    long examples,
    int epoch,
    int localSteps,
    long roundExamples,
    Map<RoundMetric, Double> values,
    List<WorkerMetrics> workers) {

  /**
   * Metrics of one worker.
   *
   * @param examples number of examples in the round
   * @param loss mean training loss over them; NaN without examples
   * @param deltaNorm L2 norm of the worker's delta; NaN: not measured
   * @param computeSeconds duration of the local steps
   */
  public record WorkerMetrics(long examples, double loss, double deltaNorm, double computeSeconds) {

    static WorkerMetrics of(WorkerReport report) {
      return new WorkerMetrics(
          report.examples(),
          report.lossSum() / report.examples(),
          report.deltaNorm(),
          report.computeNanos() / 1e9);
    }
  }

  public RoundMetrics {
    EnumMap<RoundMetric, Double> finite = new EnumMap<>(RoundMetric.class);
    values.forEach(
        (metric, value) -> {
          if (Double.isFinite(value)) {
            finite.put(metric, value);
          }
        });
    values = Collections.unmodifiableMap(finite);
    workers = List.copyOf(workers);
  }

  /**
   * Derives the metrics of a round.
   *
   * @param state state after the round
   * @param parallelism number of workers that compute concurrently
   * @param checkpointNanos time that training waited for checkpoints since the previous round
   */
  public static RoundMetrics of(
      Instant time,
      TrainState state,
      Round round,
      RoundResult result,
      long roundNanos,
      int parallelism,
      long checkpointNanos) {
    RoundCost cost = result.cost();
    PeakMemory memory = result.peakMemory();
    EnumMap<RoundMetric, Double> values = new EnumMap<>(RoundMetric.class);
    values.put(RoundMetric.LOSS, result.loss());
    values.put(RoundMetric.DELTA_NORM, result.deltaNorm());
    values.put(RoundMetric.SECONDS, roundNanos / 1e9);
    values.put(RoundMetric.EXAMPLES_PER_SECOND, result.examples() / (roundNanos / 1e9));
    values.put(RoundMetric.COMPUTE_SECONDS, cost.computeNanos(parallelism) / 1e9);
    values.put(RoundMetric.PUBLISH_SECONDS, cost.publishNanos() / 1e9);
    values.put(
        RoundMetric.SCHEDULE_SECONDS,
        Math.max(0, cost.runNanos() - cost.computeNanos(parallelism)) / 1e9);
    values.put(RoundMetric.AGGREGATION_SECONDS, cost.aggregationNanos() / 1e9);
    values.put(RoundMetric.CHECKPOINT_SECONDS, checkpointNanos / 1e9);
    values.put(RoundMetric.SLOWEST_COMPUTE_SECONDS, cost.slowestComputeNanos() / 1e9);
    values.put(RoundMetric.TOTAL_COMPUTE_SECONDS, cost.totalComputeNanos() / 1e9);
    values.put(RoundMetric.BYTES_UP, (double) cost.bytesUp());
    values.put(RoundMetric.BYTES_DOWN, (double) cost.bytesDown());
    values.put(RoundMetric.HEAP_BYTES, (double) memory.heap());
    values.put(RoundMetric.NATIVE_BYTES, (double) memory.tracked());
    values.put(RoundMetric.RETRIED_TASKS, (double) result.faults().retriedTasks());
    values.put(RoundMetric.LOST_EXECUTORS, (double) result.faults().lostExecutors());
    return new RoundMetrics(
        time,
        state.rounds(),
        state.steps(),
        state.examples(),
        round.epoch(),
        round.steps(),
        result.examples(),
        values,
        result.reports().stream().map(WorkerMetrics::of).toList());
  }

  /** The value of a metric; NaN if it was not measured. */
  public double value(RoundMetric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
