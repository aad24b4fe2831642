package io.centroid.train.worker;

import io.centroid.memory.PeakMemory;
import io.centroid.train.DivergedException;
import java.io.Serializable;

/**
 * What one worker tells of its round, whichever way its delta goes.
 *
 * @param examples examples seen: the weight of the delta
 * @param lossSum sum of the training loss over them
 * @param isFinite whether every parameter is a finite number
 * @param deltaNorm L2 norm of what the worker adds to the parameters; NaN: not measured
 * @param path the sum of the rates of its steps: how far they could go; of networks with their own
 *     rates the number of their updates
 * @param computeNanos time spent in the local steps
 * @param taskNanos time of the whole task, loading and encoding included
 * @param memory peaks of the process that the worker ran in
 */
public record WorkerReport(
    int worker,
    long examples,
    double lossSum,
    boolean isFinite,
    double deltaNorm,
    double path,
    long computeNanos,
    long taskNanos,
    PeakMemory memory)
    implements Serializable {

  /** Of a worker whose delta and memory nobody looks at. */
  public WorkerReport(
      int worker,
      long examples,
      double lossSum,
      boolean isFinite,
      long computeNanos,
      long taskNanos) {
    this(
        worker,
        examples,
        lossSum,
        isFinite,
        Double.NaN,
        0,
        computeNanos,
        taskNanos,
        PeakMemory.UNKNOWN);
  }

  /** Whether it took steps that could move something, and says how far they went. */
  public boolean isMeasured() {
    return examples > 0 && path > 0 && !Double.isNaN(deltaNorm);
  }

  /**
   * Stops a run whose worker left the finite numbers.
   *
   * @throws DivergedException naming round and worker
   */
  void requireFinite(long round) {
    if (examples > 0 && !Double.isFinite(lossSum)) {
      throw new DivergedException(
          round,
          "the loss of worker "
              + worker
              + " is not finite ("
              + lossSum / examples
              + " over "
              + examples
              + " examples)");
    }
    if (!isFinite) {
      throw new DivergedException(
          round, "worker " + worker + " has parameters that are not finite");
    }
  }
}
