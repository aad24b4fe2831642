package io.centroid.config;

import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.OptimizerSettings.LearningRateScaling;
import io.centroid.optim.OptimizerSettings.Name;
import io.centroid.optim.UpdateRule;
import java.util.List;

/**
 * The keys of {@code optimizer}. {@link #settings} needs the length of the run, which depends on
 * the data.
 *
 * @param steady settings with a constant learning rate
 * @param schedule keys of {@code optimizer.schedule}
 */
public record OptimizerConfig(OptimizerSettings steady, Schedule schedule) {

  /** The keys of {@code optimizer.schedule}. */
  record Schedule(
      Name name,
      long warmupSteps,
      double everyEpochs,
      double factor,
      double decayFraction,
      double finalLearningRate) {
    enum Name {
      CONSTANT,
      STEP,
      COSINE,
      WARMUP_STABLE_DECAY
    }
  }

  static OptimizerConfig read(Settings settings, Extensions extensions) {
    return new OptimizerConfig(
        new OptimizerSettings(
            rule(settings, extensions),
            settings.number("optimizer.learning-rate", value -> value > 0, "> 0"),
            settings.choice("optimizer.learning-rate-scaling", LearningRateScaling.class),
            settings.number("optimizer.clip-norm", value -> value >= 0, "0 or more"),
            new LearningRateSchedule(0, new LearningRateSchedule.Constant())),
        schedule(settings));
  }

  private static UpdateRule rule(Settings settings, Extensions extensions) {
    List<Double> betas = ConfigReader.betas(settings, "optimizer.betas");
    double momentum =
        settings.number(
            "optimizer.momentum", value -> value >= 0 && value < 1, "from 0 to below 1");
    double weightDecay =
        settings.number("optimizer.weight-decay", value -> value >= 0, "0 or more");
    double epsilon = settings.number("optimizer.epsilon", value -> value > 0, "> 0");
    UpdateRule own = extensions.optimizer();
    return own != null && settings.text("optimizer.name").equals(own.name())
        ? own
        : settings
            .choice("optimizer.name", Name.class)
            .rule(momentum, weightDecay, betas.get(0), betas.get(1), epsilon);
  }

  private static Schedule schedule(Settings settings) {
    return new Schedule(
        settings.choice("optimizer.schedule.name", Schedule.Name.class),
        settings.whole("optimizer.schedule.warmup-steps", 0),
        settings.number("optimizer.schedule.every-epochs", value -> value > 0, "> 0"),
        settings.number(
            "optimizer.schedule.factor", value -> value > 0 && value <= 1, "above 0 and at most 1"),
        settings.number(
            "optimizer.schedule.decay-fraction",
            value -> value > 0 && value <= 1,
            "above 0 and at most 1"),
        settings.number(
            "optimizer.schedule.final-learning-rate", value -> value >= 0, "0 or more"));
  }

  /** Whether the learning rate at a step depends on the length of the run. */
  boolean dependsOnLength() {
    return schedule.name() == Schedule.Name.COSINE || decaysAtTheEnd();
  }

  /** Whether the learning rate depends on the length of the run at its end only. */
  public boolean decaysAtTheEnd() {
    return schedule.name() == Schedule.Name.WARMUP_STABLE_DECAY;
  }

  /** The settings for a run of {@code totalSteps} steps per worker. */
  public OptimizerSettings settings(int stepsPerEpoch, long totalSteps) {
    LearningRateSchedule.Shape shape =
        switch (schedule.name()) {
          case CONSTANT -> new LearningRateSchedule.Constant();
          case STEP ->
              new LearningRateSchedule.Staircase(
                  Math.max(1, Math.round(schedule.everyEpochs() * stepsPerEpoch)),
                  schedule.factor());
          case COSINE ->
              new LearningRateSchedule.Cosine(
                  totalSteps, schedule.finalLearningRate() / steady.learningRate());
          case WARMUP_STABLE_DECAY ->
              new LearningRateSchedule.StableDecay(
                  totalSteps,
                  schedule.decayFraction(),
                  schedule.finalLearningRate() / steady.learningRate());
        };
    return steady.withSchedule(new LearningRateSchedule(schedule.warmupSteps(), shape));
  }
}
