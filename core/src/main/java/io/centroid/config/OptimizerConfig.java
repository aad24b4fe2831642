package io.centroid.config;

import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.OptimizerSettings.Name;
import io.centroid.optim.OptimizerSettings.RateScaling;
import io.centroid.optim.RateSchedule;
import java.util.List;

/**
 * The keys of {@code optimizer}; {@link #settings} needs the run's length, which only the data
 * tells.
 *
 * @param steady the settings at a constant rate
 */
public record OptimizerConfig(OptimizerSettings steady, Schedule schedule) {

  /** The keys of {@code optimizer.schedule}. */
  record Schedule(
      Name name, long warmupSteps, double everyEpochs, double factor, double finalRate) {
    enum Name {
      CONSTANT,
      STEP,
      COSINE
    }
  }

  static OptimizerConfig read(Settings settings) {
    List<Double> betas = ConfigReader.betas(settings, "optimizer.betas");
    return new OptimizerConfig(
        new OptimizerSettings(
            settings.choice("optimizer.name", Name.class),
            settings.number("optimizer.learning-rate", value -> value > 0, "> 0"),
            settings.choice("optimizer.learning-rate-scaling", RateScaling.class),
            settings.number(
                "optimizer.momentum", value -> value >= 0 && value < 1, "from 0 to below 1"),
            settings.number("optimizer.weight-decay", value -> value >= 0, "0 or more"),
            betas.get(0),
            betas.get(1),
            settings.number("optimizer.epsilon", value -> value > 0, "> 0"),
            settings.number("optimizer.clip-norm", value -> value >= 0, "0 or more"),
            new RateSchedule(0, new RateSchedule.Constant())),
        schedule(settings));
  }

  private static Schedule schedule(Settings settings) {
    return new Schedule(
        settings.choice("optimizer.schedule.name", Schedule.Name.class),
        settings.whole("optimizer.schedule.warmup-steps", 0),
        settings.number("optimizer.schedule.every-epochs", value -> value > 0, "> 0"),
        settings.number(
            "optimizer.schedule.factor", value -> value > 0 && value <= 1, "above 0 and at most 1"),
        settings.number(
            "optimizer.schedule.final-learning-rate", value -> value >= 0, "0 or more"));
  }

  /** Whether the rate at a step depends on how long the run is. */
  boolean dependsOnLength() {
    return schedule.name() == Schedule.Name.COSINE;
  }

  /** The settings for a run of so many steps of each worker. */
  public OptimizerSettings settings(int stepsPerEpoch, long totalSteps) {
    RateSchedule.Shape shape =
        switch (schedule.name()) {
          case CONSTANT -> new RateSchedule.Constant();
          case STEP ->
              new RateSchedule.Staircase(
                  Math.max(1, Math.round(schedule.everyEpochs() * stepsPerEpoch)),
                  schedule.factor());
          case COSINE -> new RateSchedule.Cosine(totalSteps, schedule.finalRate() / steady.rate());
        };
    return steady.withSchedule(new RateSchedule(schedule.warmupSteps(), shape));
  }
}
