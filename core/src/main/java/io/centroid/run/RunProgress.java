package io.centroid.run;

import io.centroid.run.metrics.RunResult;
import io.centroid.train.Metric;
import io.centroid.train.TrainState;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far a run has come: to its end, or to the epoch at which it pauses.
 *
 * @param metric metric by which the run's checkpoints are compared
 * @param step number of steps per worker so far
 * @param epochs number of completed epochs
 * @param validation validation metrics of the parameters so far; empty without validation examples
 * @param untrainedLoss about the loss of an untrained network
 * @param result the run's result; empty if it pauses
 */
public record RunProgress(
    Metric metric,
    long step,
    int epochs,
    Map<String, Double> validation,
    double untrainedLoss,
    Optional<RunResult> result) {

  public RunProgress {
    validation = Map.copyOf(validation);
  }

  static RunProgress paused(
      Metric metric, TrainState state, Map<String, Double> validation, double untrainedLoss) {
    return new RunProgress(
        metric, state.steps(), state.epoch(), validation, untrainedLoss, Optional.empty());
  }

  static RunProgress finished(Metric metric, RunResult result, double untrainedLoss) {
    return new RunProgress(
        metric,
        result.step(),
        result.epochs(),
        result.validation(),
        untrainedLoss,
        Optional.of(result));
  }

  /**
   * Why training has diverged although all numbers are finite: the validation loss is more than ten
   * times that of an untrained network. The first round is no measure: a loss that explodes in it
   * falls afterwards. Empty if it has not.
   */
  public Optional<String> divergence() {
    double loss = Metric.LOSS.of(validation);
    return untrainedLoss > 0 && loss > BaselineWarning.HUGE * untrainedLoss
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the validation loss is %.4g, that of an untrained network is about %.4g",
                loss,
                untrainedLoss))
        : Optional.empty();
  }
}
