package io.centroid.nn;

import io.centroid.data.Batch;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;

/**
 * A network that computes losses, gradients and predictions, independent of the engine. Parameters
 * and gradient are flat off-heap vectors; an optimizer updates {@link #parameters} in place.
 * Results depend only on parameters, batch and seed. Not thread-safe. {@link #close} frees the
 * off-heap memory; the learner cannot be used afterwards.
 */
public interface Learner extends AutoCloseable {

  ParameterLayout layout();

  /** The parameters, updated in place; initially those of the {@link NetworkSpec}. */
  FloatVector parameters();

  /** The gradient that {@link #gradient(Batch, long)} computed last. */
  FloatVector gradient();

  /**
   * Computes the mean loss over the batch, and its gradient into {@link #gradient()}.
   *
   * @param dropoutSeed seed of the step's dropout masks
   * @return mean loss over the rows
   */
  double gradient(Batch batch, long dropoutSeed);

  /** The learner's compute threads; an optimizer may use them between calls. */
  default ThreadTeam team() {
    return ThreadTeam.ALONE;
  }

  /** Peak memory that this process has reserved on the learner's GPU, in bytes; 0 if unknown. */
  default long peakDeviceBytes() {
    return 0;
  }

  /** Number of outputs per row in {@link #predict}. */
  int outputs();

  /**
   * The network's outputs without dropout, shape (batch, outputs), row-major; class probabilities
   * for cross-entropy.
   */
  float[] predict(Batch batch);

  @Override
  void close();
}
