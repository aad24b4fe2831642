package io.centroid.train.worker;

import io.centroid.memory.PeakMemory;
import io.centroid.train.DivergedException;
import java.io.Serializable;

/**
 * Per-worker statistics of a round.
 *
 * @param examples number of examples, which is the delta's weight
 * @param lossSum sum of the training loss over them; of a regression in the unit of its targets
 * @param isFinite true if every parameter is finite
 * @param deltaNorm L2 norm of the delta; NaN: not measured
 * @param learningRateSum sum of the steps' learning rates; number of updates if the network has its
 *     own learning rates
 * @param steps number of steps whose learning rates are in the sum; 0 if the network has its own
 * @param gradientNorm L2 norm of the gradient in the last local step, before clipping; plain SGD of
 *     a dense network includes weight decay; NaN: not measured
 * @param computeNanos duration of the local steps
 * @param taskNanos duration of the task, loading and encoding included
 * @param peakMemory peak memory of the worker's process
 * @param kernels libraries and CPU features that determine results to the last bit; empty if
 *     unknown
 */
public record WorkerReport(
    int worker,
    long examples,
    double lossSum,
    boolean isFinite,
    double deltaNorm,
    double learningRateSum,
    int steps,
    double gradientNorm,
    long computeNanos,
    long taskNanos,
    PeakMemory peakMemory,
    String kernels)
    implements Serializable {

  /** A report without norms, steps and memory. */
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
        0,
        Double.NaN,
        computeNanos,
        taskNanos,
        PeakMemory.UNKNOWN,
        "");
  }

  /** True if the worker took steps and the delta norm was measured. */
  public boolean isMeasured() {
    return examples > 0 && learningRateSum > 0 && !Double.isNaN(deltaNorm);
  }

  /**
   * Checks that loss and parameters are finite.
   *
   * @throws DivergedException if they are NaN or infinite
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
