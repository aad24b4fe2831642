package io.centroid.train;

import io.centroid.memory.PeakMemory;
import io.centroid.train.worker.WorkerReport;
import java.util.List;

/**
 * A round after the workers met.
 *
 * @param parameters those that the next round starts from
 * @param memory the largest peaks of the workers' processes
 * @param examples seen by all workers together
 * @param loss mean training loss over them
 * @param reports of the workers; empty if nobody looks at them
 */
public record RoundResult(
    float[] parameters,
    CarriedState carried,
    long examples,
    double loss,
    RoundCost cost,
    PeakMemory memory,
    List<WorkerReport> reports) {
  public RoundResult {
    reports = List.copyOf(reports);
  }
}
