package io.centroid.nn;

import io.centroid.data.Batch;

/**
 * A learner without dropout that clips the gradient of each example of a batch without computing
 * them one by one.
 */
public interface ClippingLearner extends Learner {

  /**
   * Clips the gradient of each row's loss to an L2 norm, and computes the sum of the clipped
   * gradients into {@link #gradient()}.
   *
   * @param clipNorm largest norm, above 0
   * @return sum of the losses; NaN if the loss or the gradient of a row is not finite, and {@link
   *     #gradient()} is then undefined
   */
  double clippedGradients(Batch batch, double clipNorm);
}
