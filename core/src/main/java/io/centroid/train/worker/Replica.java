package io.centroid.train.worker;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.nn.Learner;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Stepper;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.PrivateGradient;
import org.jspecify.annotations.Nullable;

/**
 * A worker's network with optimizer and buffers, reused round after round. A cache only: no state
 * carries over from one task to the next. Not thread-safe.
 */
public final class Replica implements AutoCloseable {
  private final Learner learner;
  private final String kernels;
  private @Nullable OptimizerSettings settings;
  private @Nullable Stepper stepper;
  private @Nullable Batch batch;
  private @Nullable PrivateGradient privateGradient;
  private float[] scratch = new float[0];

  /**
   * Creates a replica.
   *
   * @param kernels what {@link WorkerReport#kernels} reports
   */
  public Replica(Learner learner, String kernels) {
    this.learner = learner;
    this.kernels = kernels;
  }

  /** Libraries and CPU features that determine results to the last bit. */
  String kernels() {
    return kernels;
  }

  public Learner learner() {
    return learner;
  }

  /** A scratch array with undefined values. */
  float[] scratch(int length) {
    if (scratch.length != length) {
      scratch = new float[length];
    }
    return scratch;
  }

  /** What takes the learner's steps, with an undefined state. */
  Stepper stepper(OptimizerSettings wanted) {
    Stepper made = stepper;
    if (made == null || !wanted.equals(settings)) {
      made = Stepper.of(learner, wanted);
      stepper = made;
      settings = wanted;
    }
    return made;
  }

  /** A batch with undefined rows. */
  Batch batch(InputShape shape, int capacity) {
    if (batch == null || batch.capacity() != capacity || !batch.shape().equals(shape)) {
      batch = new Batch(shape, capacity);
    }
    return batch;
  }

  /** What computes the gradients of differentially private steps. */
  PrivateGradient privateGradient(DpSgd wanted) {
    PrivateGradient made = privateGradient;
    if (made == null || !made.settings().equals(wanted)) {
      made = new PrivateGradient(learner, wanted);
      privateGradient = made;
    }
    return made;
  }

  @Override
  public void close() {
    learner.close();
  }
}
