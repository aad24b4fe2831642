package io.centroid.train.worker;

import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * Takes the local steps of one worker in one round. {@link #load} overwrites all earlier state.
 * Used by one task.
 */
public interface LocalTrainer {

  /**
   * Result of a local step.
   *
   * @param examples number of examples
   * @param loss mean loss over them
   * @param learningRate learning rate of the step, or the number of updates if the network has its
   *     own learning rates
   * @param gradientNorm L2 norm of the step's gradient before clipping, in the last step of a
   *     round; NaN: not measured
   */
  record LocalStep(int examples, double loss, double learningRate, double gradientNorm) {}

  /**
   * Sets the state that the steps start from.
   *
   * @param own the worker's own optimizer state; null: the shared state, or a fresh one if none is
   *     shared
   */
  void load(SlicedState start, @Nullable InnerState own);

  /**
   * Takes a step; null if the worker has no examples left in this epoch.
   *
   * @param number index of the step in the round, from 0
   */
  @Nullable LocalStep step(int number);

  /** A range of the parameters; valid until the next call, and may be modified. */
  float[] parameters(int from, int length);

  /** The optimizer's state after the steps, whose ownership passes to the caller. */
  InnerState takeState();

  /** Peak memory that the network has allocated on its GPU, in bytes; 0 if unknown. */
  default long peakDeviceBytes() {
    return 0;
  }

  /** Whether the learning rates of the steps are known, since it is not the network's own fit. */
  default boolean knowsLearningRates() {
    return true;
  }

  /** Libraries and CPU features that determine results to the last bit; empty if unknown. */
  default String kernels() {
    return "";
  }
}
