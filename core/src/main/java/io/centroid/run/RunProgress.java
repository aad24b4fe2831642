package io.centroid.run;

import io.centroid.run.metrics.RunResult;
import io.centroid.train.Metric;
import io.centroid.train.TrainState;
import java.util.Map;
import java.util.Optional;

/**
 * How far a run has come: to its end, or to the epoch at which it pauses.
 *
 * @param metric metric by which the run's checkpoints are compared
 * @param step number of steps per worker so far
 * @param epochs number of completed epochs
 * @param validation validation metrics of the parameters so far; empty without validation examples
 * @param result the run's result; empty if it pauses
 */
public record RunProgress(
    Metric metric,
    long step,
    int epochs,
    Map<String, Double> validation,
    Optional<RunResult> result) {

  public RunProgress {
    validation = Map.copyOf(validation);
  }

  static RunProgress paused(Metric metric, TrainState state, Map<String, Double> validation) {
    return new RunProgress(metric, state.steps(), state.epoch(), validation, Optional.empty());
  }

  static RunProgress finished(Metric metric, RunResult result) {
    return new RunProgress(
        metric, result.step(), result.epochs(), result.validation(), Optional.of(result));
  }
}
