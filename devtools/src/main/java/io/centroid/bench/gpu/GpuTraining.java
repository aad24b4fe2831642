package io.centroid.bench.gpu;

import io.centroid.data.Batch;
import io.centroid.device.Device;
import io.centroid.nn.Learner;
import io.centroid.optim.Stepper;

/** A case that is ready to take steps, with a fresh optimizer state. */
final class GpuTraining implements AutoCloseable {
  private final GpuCase what;
  private final Learner learner;
  private final Stepper stepper;
  private final Batch batch;
  private long taken;

  private GpuTraining(GpuCase what, Learner learner, Stepper stepper) {
    this.what = what;
    this.learner = learner;
    this.stepper = stepper;
    this.batch = what.data();
    stepper.reset();
  }

  /**
   * Creates learner and optimizer on the device.
   *
   * @throws io.centroid.error.InputException if the device cannot be used
   * @throws OutOfMemoryError if it has too little memory
   */
  static GpuTraining prepare(GpuCase what, Device device) {
    Learner learner = what.network(device.kind()).newLearner(device);
    try {
      return new GpuTraining(what, learner, Stepper.of(learner, what.optimizer()));
    } catch (OutOfMemoryError e) {
      learner.close();
      throw e;
    }
  }

  Learner learner() {
    return learner;
  }

  Stepper stepper() {
    return stepper;
  }

  /**
   * Takes a step and waits for its gradient. The update still runs on the device afterwards; the
   * next step waits for it, so that a sequence of steps takes the time of as many updates.
   *
   * @return milliseconds
   */
  double step() {
    long start = System.nanoTime();
    stepper.step(batch, taken++, what.optimizer().learningRate());
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    if (stepper instanceof AutoCloseable own) {
      try {
        own.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot free the optimizer's state", e);
      }
    }
    learner.close();
  }
}
