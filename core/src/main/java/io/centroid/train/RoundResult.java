package io.centroid.train;

import io.centroid.memory.PeakMemory;
import io.centroid.train.worker.WorkerReport;
import java.util.List;

/**
 * Result of a round after aggregation.
 *
 * @param parameters parameters for the next round
 * @param examples number of examples of all workers
 * @param loss mean training loss over them
 * @param peakMemory maximum peak memory of the workers' processes
 * @param reports per-worker statistics; empty if not collected
 * @param deltaNorm L2 norm of the weighted mean of the workers' deltas; NaN: not measured
 * @param faults failures since the previous round ended
 */
public record RoundResult(
    float[] parameters,
    CarriedState carried,
    long examples,
    double loss,
    RoundCost cost,
    PeakMemory peakMemory,
    List<WorkerReport> reports,
    double deltaNorm,
    Faults faults) {

  /**
   * Failures in a round that were recovered from, as far as they were known when it ended.
   *
   * @param retriedTasks number of tasks that failed and ran again
   * @param lostExecutors number of executors lost
   */
  public record Faults(int retriedTasks, int lostExecutors) {
    /** No failures. */
    public static final Faults NONE = new Faults(0, 0);
  }

  public RoundResult {
    reports = List.copyOf(reports);
  }

  /** A result without delta norm and failures. */
  public RoundResult(
      float[] parameters,
      CarriedState carried,
      long examples,
      double loss,
      RoundCost cost,
      PeakMemory peakMemory,
      List<WorkerReport> reports) {
    this(parameters, carried, examples, loss, cost, peakMemory, reports, Double.NaN, Faults.NONE);
  }

  /** This result with other failures. */
  public RoundResult withFaults(Faults other) {
    return new RoundResult(
        parameters, carried, examples, loss, cost, peakMemory, reports, deltaNorm, other);
  }
}
