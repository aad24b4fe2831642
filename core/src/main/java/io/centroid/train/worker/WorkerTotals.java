package io.centroid.train.worker;

import io.centroid.memory.PeakMemory;
import io.centroid.train.DivergedException;
import java.util.List;

/**
 * The workers' reports of a round together.
 *
 * @param loss mean over all examples
 * @param memory the largest peaks of the workers' processes
 * @param reports each worker's own
 */
public record WorkerTotals(
    long examples,
    double loss,
    long slowestTaskNanos,
    long slowestNanos,
    long computeNanos,
    PeakMemory memory,
    List<WorkerReport> reports) {
  public WorkerTotals {
    reports = List.copyOf(reports);
  }

  /**
   * Adds the reports up, in worker order.
   *
   * @throws DivergedException if a worker left the finite numbers
   */
  public static WorkerTotals of(long round, List<WorkerReport> reports) {
    long examples = 0;
    double lossSum = 0;
    long slowestTask = 0;
    long slowest = 0;
    long compute = 0;
    PeakMemory memory = PeakMemory.UNKNOWN;
    for (WorkerReport report : reports) {
      report.requireFinite(round);
      examples += report.examples();
      lossSum += report.lossSum();
      slowestTask = Math.max(slowestTask, report.taskNanos());
      slowest = Math.max(slowest, report.computeNanos());
      compute += report.computeNanos();
      memory = memory.or(report.memory());
    }
    return new WorkerTotals(
        examples, lossSum / examples, slowestTask, slowest, compute, memory, reports);
  }
}
