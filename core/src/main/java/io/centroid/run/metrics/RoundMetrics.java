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
    values.put(RoundMetric.LEARNING_RATE, learningRate(result.reports()));
    values.put(RoundMetric.GRADIENT_NORM, gradientNorm(result.reports()));
    values.put(RoundMetric.DELTA_NORM, result.deltaNorm());
    values.put(RoundMetric.DELTA_COSINE, deltaCosine(result.deltaNorm(), result.reports()));
    values.put(RoundMetric.SECONDS, roundNanos / 1e9);
    values.put(RoundMetric.EXAMPLES_PER_SECOND, result.examples() / (roundNanos / 1e9));
    values.put(RoundMetric.COMPUTE_SECONDS, cost.computeNanos(parallelism) / 1e9);
    values.put(RoundMetric.PUBLISH_SECONDS, cost.publishNanos() / 1e9);
    values.put(
        RoundMetric.SCHEDULE_SECONDS,
        Math.max(0, cost.runNanos() - cost.computeNanos(parallelism)) / 1e9);
    values.put(RoundMetric.AGGREGATION_SECONDS, cost.aggregationNanos() / 1e9);
    values.put(RoundMetric.WAIT_SECONDS, waitSeconds(result.reports()));
    values.put(RoundMetric.CHECKPOINT_SECONDS, checkpointNanos / 1e9);
    values.put(RoundMetric.SLOWEST_COMPUTE_SECONDS, cost.slowestComputeNanos() / 1e9);
    values.put(RoundMetric.TOTAL_COMPUTE_SECONDS, cost.totalComputeNanos() / 1e9);
    values.put(RoundMetric.BYTES_UP, (double) cost.bytesUp());
    values.put(RoundMetric.BYTES_DOWN, (double) cost.bytesDown());
    values.put(RoundMetric.HEAP_BYTES, measured(memory.heap()));
    values.put(RoundMetric.NATIVE_BYTES, measured(memory.tracked()));
    values.put(RoundMetric.RESIDENT_BYTES, measured(memory.resident()));
    values.put(RoundMetric.DEVICE_BYTES, measured(memory.device()));
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

  /** A copy with the peak memory of the driver. */
  public RoundMetrics withDriver(PeakMemory driver) {
    return with(
        Map.of(
            RoundMetric.DRIVER_HEAP_BYTES, measured(driver.heap()),
            RoundMetric.DRIVER_NATIVE_BYTES, measured(driver.tracked())));
  }

  /** A copy with the epsilon of differential privacy. */
  public RoundMetrics withEpsilon(double epsilon) {
    return with(Map.of(RoundMetric.PRIVACY_EPSILON, epsilon));
  }

  private RoundMetrics with(Map<RoundMetric, Double> more) {
    EnumMap<RoundMetric, Double> all = new EnumMap<>(RoundMetric.class);
    all.putAll(values);
    all.putAll(more);
    return new RoundMetrics(
        time, round, step, examples, epoch, localSteps, roundExamples, all, workers);
  }

  private static double measured(long bytes) {
    return bytes == 0 ? Double.NaN : bytes;
  }

  private static double learningRate(List<WorkerReport> reports) {
    double sum = 0;
    long steps = 0;
    for (WorkerReport report : reports) {
      if (report.steps() > 0) {
        sum += report.learningRateSum();
        steps += report.steps();
      }
    }
    return sum / steps;
  }

  private static double gradientNorm(List<WorkerReport> reports) {
    return reports.stream()
        .mapToDouble(WorkerReport::gradientNorm)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  private static double waitSeconds(List<WorkerReport> reports) {
    long slowest = reports.stream().mapToLong(WorkerReport::taskNanos).max().orElse(0);
    return reports.stream()
        .mapToDouble(report -> (slowest - report.taskNanos()) / 1e9)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * The cosine between the workers' deltas d, mean of all pairs weighted by the product of their
   * norms and of the workers' weights w in the mean: {@code (|sum w d|^2 - sum w^2 |d|^2) / sum of
   * w_i w_j |d_i| |d_j| over i != j}. Follows from norms alone, so no delta is read again. With a
   * lossy codec the mean has its errors, and the cosine is limited to -1..1.
   *
   * @param meanNorm L2 norm of the weighted mean of the deltas
   * @return NaN if fewer than two deltas are not zero
   */
  static double deltaCosine(double meanNorm, List<WorkerReport> reports) {
    double examples = reports.stream().mapToLong(WorkerReport::examples).sum();
    double sum = 0;
    double squares = 0;
    for (WorkerReport report : reports) {
      if (report.examples() > 0) {
        double norm = report.examples() / examples * report.deltaNorm();
        sum += norm;
        squares += norm * norm;
      }
    }
    double pairs = sum * sum - squares;
    double cosine = (meanNorm * meanNorm - squares) / pairs;
    return pairs > squares * 1e-12 ? Math.max(-1, Math.min(1, cosine)) : Double.NaN;
  }

  /** The value of a metric; NaN if it was not measured. */
  public double value(RoundMetric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
