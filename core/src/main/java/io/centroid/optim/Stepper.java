package io.centroid.optim;

import io.centroid.data.Batch;
import io.centroid.nn.Learner;
import java.util.Optional;

/**
 * Takes optimizer steps on one learner, and keeps the optimizer's state. Call {@link #reset} or
 * {@link #restore} before the first step. Not thread-safe.
 */
public interface Stepper {

  /**
   * Creates what takes the steps of a learner, with an undefined state: on the learner's device if
   * it can, else on the host.
   */
  static Stepper of(Learner learner, OptimizerSettings settings) {
    Optional<Stepper> own =
        learner instanceof DeviceLearner device ? device.stepper(settings) : Optional.empty();
    return own.orElseGet(() -> new HostStepper(learner, settings));
  }

  /**
   * Takes one step: gradient of the batch's mean loss, clipping, update of the learner's
   * parameters.
   *
   * @param dropoutSeed seed of the step's dropout masks
   * @param learningRate learning rate after warm-up, schedule and scaling
   * @return mean loss over the rows, before the step
   */
  double step(Batch batch, long dropoutSeed, double learningRate);

  /**
   * A measured step.
   *
   * @param loss mean loss over the rows, before the step
   * @param gradientNorm L2 norm of the gradient before clipping
   */
  record Measured(double loss, double gradientNorm) {}

  /**
   * Takes one step, bitwise identical to {@link #step}, and measures its gradient, which costs at
   * most a pass over the parameters.
   */
  Measured measuredStep(Batch batch, long dropoutSeed, double learningRate);

  /**
   * Takes a step with the gradient that is in {@link Learner#gradient()}, on the host.
   *
   * @param learningRate learning rate after warm-up, schedule and scaling
   * @return L2 norm of the gradient before clipping
   * @throws UnsupportedOperationException on a device, where private training is refused before
   */
  default double gradientStep(double learningRate) {
    throw new UnsupportedOperationException("steps on a device compute their gradient themselves");
  }

  /** Sets the state to zeros and the step count to 0. */
  void reset();

  /**
   * Copies a slice of a state that begins at {@code from}. The state is restored once all of its
   * slices are copied.
   */
  void restore(InnerState slice, int from);

  /** Returns the state. The next call must be a restore or a reset. */
  InnerState takeState();
}
