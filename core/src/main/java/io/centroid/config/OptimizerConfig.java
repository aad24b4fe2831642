package io.centroid.config;

import io.centroid.optimize.OptimizerSettings;
import io.centroid.optimize.OptimizerSettings.Name;
import io.centroid.optimize.OptimizerSettings.RateScaling;
import io.centroid.optimize.RateSchedule;
import java.util.List;

/**
 * The keys of {@code optimizer}; {@link #settings} needs the run's length, which only the data
 * tells.
 */
public record OptimizerConfig(
    Name name,
    double rate,
    RateScaling rateScaling,
    double momentum,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clipNorm,
    ScheduleName schedule,
    long warmupSteps,
    double everyEpochs,
    double factor,
    double finalRate) {

  enum ScheduleName {
    CONSTANT,
    STEP,
    COSINE
  }

  static OptimizerConfig read(Settings settings) {
    List<Double> betas = settings.fractions("optimizer.betas");
    if (betas.size() != 2) {
      throw settings.refused("optimizer.betas", "must be two numbers", betas.toString());
    }
    double rate = settings.number("optimizer.rate", value -> value > 0, "> 0");
    return new OptimizerConfig(
        settings.choice("optimizer.name", Name.class),
        rate,
        settings.choice("optimizer.rate-scaling", RateScaling.class),
        settings.number(
            "optimizer.momentum", value -> value >= 0 && value < 1, "from 0 to below 1"),
        settings.number("optimizer.weight-decay", value -> value >= 0, "0 or more"),
        betas.get(0),
        betas.get(1),
        settings.number("optimizer.epsilon", value -> value > 0, "> 0"),
        settings.number("optimizer.clip-norm", value -> value >= 0, "0 or more"),
        settings.choice("optimizer.schedule.name", ScheduleName.class),
        settings.whole("optimizer.schedule.warmup-steps", 0),
        settings.number("optimizer.schedule.every-epochs", value -> value > 0, "> 0"),
        settings.number(
            "optimizer.schedule.factor", value -> value > 0 && value <= 1, "above 0 and at most 1"),
        settings.number("optimizer.schedule.final-rate", value -> value >= 0, "0 or more"));
  }

  /** Whether the rate at a step depends on how long the run is. */
  boolean dependsOnLength() {
    return schedule == ScheduleName.COSINE;
  }

  /** The settings for a run of so many steps of each worker. */
  public OptimizerSettings settings(int stepsPerEpoch, long totalSteps) {
    RateSchedule.Shape shape =
        switch (schedule) {
          case CONSTANT -> new RateSchedule.Constant();
          case STEP ->
              new RateSchedule.Staircase(
                  Math.max(1, Math.round(everyEpochs * stepsPerEpoch)), factor);
          case COSINE -> new RateSchedule.Cosine(totalSteps, finalRate / rate);
        };
    return new OptimizerSettings(
        name,
        rate,
        rateScaling,
        momentum,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        clipNorm,
        new RateSchedule(warmupSteps, shape));
  }
}
