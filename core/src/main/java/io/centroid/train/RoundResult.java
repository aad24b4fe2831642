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
 */
public record RoundResult(
    float[] parameters,
    CarriedState carried,
    long examples,
    double loss,
    RoundCost cost,
    PeakMemory peakMemory,
    List<WorkerReport> reports) {
  public RoundResult {
    reports = List.copyOf(reports);
  }
}
