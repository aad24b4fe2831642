package io.centroid.nn;

import io.centroid.data.Batch;

/** A learner with a fused step of plain SGD, which does not store the gradient. */
public interface SgdLearner extends Learner {

  /**
   * Takes one SGD step on the batch's mean loss: p = (1 - learningRate * decay) * p - learningRate
   * * gradient, where decay is {@code weightDecay} for weights and 0 for biases. Equals {@link
   * #gradient(Batch, long)} and a step of SGD up to rounding. {@link #gradient()} is undefined
   * afterwards.
   *
   * @return mean loss over the rows, before the step
   */
  double sgdStep(Batch batch, long dropoutSeed, float learningRate, float weightDecay);
}
