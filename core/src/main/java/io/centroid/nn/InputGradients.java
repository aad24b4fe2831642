package io.centroid.nn;

import io.centroid.data.Batch;

/** A learner that also computes gradients with respect to its inputs, for explanations. */
public interface InputGradients extends Learner {

  /** Whether this network has them. */
  default boolean hasInputGradients() {
    return true;
  }

  /**
   * Gradient of one output of {@link #predict}, such as a class probability, with respect to each
   * row's inputs. {@link #gradient()} is undefined afterwards.
   *
   * @param output index of the output
   * @return shape (batch, inputs), row-major
   */
  float[] inputGradients(Batch batch, int output);
}
