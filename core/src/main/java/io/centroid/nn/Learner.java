package io.centroid.nn;

import io.centroid.data.Batch;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;

/**
 * The compute seam: one network over one flat vector of parameters and one of gradients, both
 * off-heap and live: an optimizer moves {@link #parameters} in place. No engine's type appears
 * here. A learner belongs to one thread at a time; its results depend on parameters, batch and seed
 * alone. Closing it frees its memory outside the heap, after which it cannot be used.
 */
public interface Learner extends AutoCloseable {

  ParameterLayout layout();

  /** The live parameters; a new learner holds the initial ones of its {@link NetworkSpec}. */
  FloatVector parameters();

  /** Where {@link #gradient} leaves its result. */
  FloatVector gradient();

  /**
   * Computes the mean loss over the batch and its gradient into {@link #gradient()}.
   *
   * @param noiseSeed all that is random in the step (dropout) derives from it
   * @return mean loss over the rows
   */
  double gradient(Batch batch, long noiseSeed);

  /** The threads that it computes on; whoever works on its vectors between calls may share them. */
  default ThreadTeam team() {
    return ThreadTeam.ALONE;
  }

  /** Values that {@link #predict} gives for a row. */
  int outputs();

  /**
   * The network's outputs without noise: {@code batch.size() * outputs()} values, row-major; class
   * probabilities for cross-entropy.
   */
  float[] predict(Batch batch);

  @Override
  void close();
}
