package io.centroid.nn;

import io.centroid.data.Batch;

/**
 * A learner that takes a step of plain gradient descent at once, without leaving the gradient in
 * memory.
 */
public interface SgdLearner extends Learner {

  /**
   * Moves the parameters against the gradient of the batch's mean loss: p = (1 - rate * decay) * p
   * - rate * gradient, where decay is {@code weightDecay} for weights and 0 for biases. As {@link
   * #gradient(Batch, long)} and a step of SGD up to rounding; {@link #gradient()} is left
   * arbitrary.
   *
   * @return mean loss over the rows, before the step
   */
  double descend(Batch batch, long noiseSeed, float rate, float weightDecay);
}
