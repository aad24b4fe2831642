package io.centroid.bench.gpu;

import io.centroid.device.Device;
import io.centroid.nn.Learner;
import io.centroid.optim.DeviceLearner;
import io.centroid.optim.InnerState;
import io.centroid.optim.Stepper;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a worker does in a round: parameters and state to the device, local steps,
 * parameters and state back.
 *
 * @param localSteps number of local steps H
 * @param rounds number of measured rounds, of which medians are taken
 */
public record RoundSplit(int localSteps, int rounds) {
  /** Steps of the round before, which is not measured. */
  private static final int WARM_UP_STEPS = 2;

  /**
   * Measures rounds of a case.
   *
   * @throws NotMeasuredException if the device has too little memory
   */
  public RoundTimes measure(GpuCase what, Device device) throws NotMeasuredException {
    try (GpuTraining training = GpuTraining.prepare(what, device)) {
      Worker worker = new Worker(training);
      worker.round(WARM_UP_STEPS);
      List<RoundTimes> times = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        times.add(worker.round(localSteps));
      }
      return RoundTimes.medians(times);
    } catch (OutOfMemoryError e) {
      throw NotMeasuredException.of(e);
    }
  }

  /** A worker between rounds: its parameters and state on the host. */
  private static final class Worker {
    private final GpuTraining training;
    private final float[] parameters;
    private InnerState state;
    private long last;

    Worker(GpuTraining training) {
      this.training = training;
      this.parameters = new float[Math.toIntExact(training.learner().layout().parameterCount())];
      training.learner().parameters().store(parameters);
      this.state = training.stepper().takeState();
    }

    RoundTimes round(int steps) {
      Learner learner = training.learner();
      Stepper stepper = training.stepper();
      last = System.nanoTime();
      learner.parameters().load(parameters);
      if (learner instanceof DeviceLearner own) {
        own.upload();
      }
      double parametersUp = lap();
      stepper.restore(state, 0);
      double stateUp = lap();
      for (int i = 0; i < steps; i++) {
        double unused = training.step();
      }
      double compute = lap();
      learner.parameters().store(parameters);
      double parametersDown = lap();
      state = stepper.takeState();
      return new RoundTimes(parametersUp, stateUp, compute, parametersDown, lap());
    }

    /** Milliseconds since the last call. */
    private double lap() {
      long now = System.nanoTime();
      double millis = (now - last) / 1e6;
      last = now;
      return millis;
    }
  }
}
