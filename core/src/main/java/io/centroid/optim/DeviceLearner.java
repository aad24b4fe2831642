package io.centroid.optim;

import io.centroid.nn.Learner;
import java.util.Optional;

/**
 * A learner whose parameters lie on a device, where it takes optimizer steps itself, so that
 * neither parameters, gradient nor optimizer state leave the device between the steps of a round.
 */
public interface DeviceLearner extends Learner {

  /**
   * Copies {@link #parameters()}, if they were changed on the host, to the device now instead of
   * with the next step.
   */
  void upload();

  /**
   * Creates what takes the learner's steps on its device. The one created before it cannot be used
   * afterwards, and its state is freed.
   *
   * @return empty if the device does not have the update rule: its steps are then taken on the
   *     host, from {@link #gradient()} to {@link #parameters()}
   */
  Optional<Stepper> stepper(OptimizerSettings settings);
}
