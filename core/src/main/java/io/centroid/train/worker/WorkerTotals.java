package io.centroid.train.worker;

import io.centroid.memory.PeakMemory;
import io.centroid.train.DivergedException;
import java.util.List;

/**
 * Sums over the workers' reports of a round.
 *
 * @param loss mean loss over all examples
 * @param slowestNanos duration of the slowest worker's local steps
 * @param computeNanos duration of all workers' local steps, summed
 * @param peakMemory maximum peak memory of the workers' processes
 * @param reports report of each worker
 */
public record WorkerTotals(
    long examples,
    double loss,
    long slowestTaskNanos,
    long slowestNanos,
    long computeNanos,
    PeakMemory peakMemory,
    List<WorkerReport> reports) {
  public WorkerTotals {
    reports = List.copyOf(reports);
  }

  /**
   * Sums the reports in worker order.
   *
   * @throws DivergedException if a worker's loss or parameters are NaN or infinite
   */
  public static WorkerTotals of(long round, List<WorkerReport> reports) {
    long examples = 0;
    double lossSum = 0;
    long slowestTask = 0;
    long slowest = 0;
    long compute = 0;
    PeakMemory peakMemory = PeakMemory.UNKNOWN;
    for (WorkerReport report : reports) {
      report.requireFinite(round);
      examples += report.examples();
      lossSum += report.lossSum();
      slowestTask = Math.max(slowestTask, report.taskNanos());
      slowest = Math.max(slowest, report.computeNanos());
      compute += report.computeNanos();
      peakMemory = peakMemory.or(report.peakMemory());
    }
    return new WorkerTotals(
        examples, lossSum / examples, slowestTask, slowest, compute, peakMemory, reports);
  }
}
