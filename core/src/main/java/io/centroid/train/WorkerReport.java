package io.centroid.train;

import io.centroid.memory.PeakMemory;
import java.io.Serializable;

/**
 * What one worker tells of its round, whichever way its delta goes.
 *
 * @param examples examples seen: the weight of the delta
 * @param lossSum sum of the training loss over them
 * @param isFinite whether every parameter is a finite number
 * @param computeNanos time spent in the local steps
 * @param taskNanos time of the whole task, loading and encoding included
 * @param memory peaks of the process that the worker ran in
 */
public record WorkerReport(
    int worker,
    long examples,
    double lossSum,
    boolean isFinite,
    long computeNanos,
    long taskNanos,
    PeakMemory memory)
    implements Serializable {

  /** Of a worker whose memory nobody looks at. */
  public WorkerReport(
      int worker,
      long examples,
      double lossSum,
      boolean isFinite,
      long computeNanos,
      long taskNanos) {
    this(worker, examples, lossSum, isFinite, computeNanos, taskNanos, PeakMemory.UNKNOWN);
  }

  /**
   * Stops a run whose worker left the finite numbers.
   *
   * @throws DivergedException naming round and worker
   */
  void requireFinite(long round) {
    if (examples > 0 && !Double.isFinite(lossSum)) {
      throw new DivergedException(
          "training diverged in round "
              + round
              + ": the loss of worker "
              + worker
              + " is not finite");
    }
    if (!isFinite) {
      throw new DivergedException(
          "training diverged in round "
              + round
              + ": worker "
              + worker
              + " has parameters that are not finite");
    }
  }
}
