package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.List;

/**
 * The training loop: runs rounds until the plan is finished or early stopping applies, and
 * evaluates at the end of each epoch.
 */
public final class TrainingLoop {
  private final TrainingPlan plan;
  private final Workers workers;
  private final boolean validates;
  private final EarlyStopping stopping;
  private final OutlierRule outliers;
  private final List<TrainingListener> listeners;

  /**
   * Creates a loop.
   *
   * @param validates true if there are validation examples
   */
  public TrainingLoop(
      TrainingPlan plan,
      Workers workers,
      boolean validates,
      EarlyStopping stopping,
      OutlierRule outliers,
      List<TrainingListener> listeners) {
    this.plan = plan;
    this.workers = workers;
    this.validates = validates;
    this.stopping = stopping;
    this.outliers = outliers;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Trains from a state to the end, and returns the final state. Listeners receive only states that
   * passed all checks.
   *
   * @throws DivergedException if a loss or parameter is NaN or infinite, or a worker is an outlier
   */
  public TrainState run(TrainState state) {
    return run(state, Long.MAX_VALUE);
  }

  /**
   * As {@link #run(TrainState)}, but ends after the round that reaches a step, at the end of an
   * epoch with its evaluation. Rounds and schedules are those of the whole plan, so that a run that
   * is continued from there is bitwise identical to one that was not interrupted.
   *
   * @param lastStep step per worker at the end of an epoch
   */
  public TrainState run(TrainState state, long lastStep) {
    while (state.steps() < lastStep && !plan.isFinished(state) && !stopping.isReached()) {
      long started = System.nanoTime();
      Round round = plan.next(state);
      RoundResult result = workers.run(round);
      outliers.check(round, result.reports());
      DivergenceCheck.requireFiniteParameters(round.number(), result.parameters());
      state = state.next(round, result, plan.stepsPerEpoch());
      long nanos = System.nanoTime() - started;
      for (TrainingListener listener : listeners) {
        listener.onRound(state, round, result, nanos);
      }
      if (state.stepInEpoch() == 0 || plan.isFinished(state)) {
        milestone(state);
      }
    }
    return state;
  }

  private void milestone(TrainState state) {
    if (validates) {
      Evaluation evaluation = workers.evaluate(EvaluationSet.VALIDATION, state.parameters());
      DivergenceCheck.requireFiniteLoss(state, EvaluationSet.VALIDATION, evaluation);
      stopping.onValidation(evaluation.metrics());
      for (TrainingListener listener : listeners) {
        listener.onEvaluation(state, EvaluationSet.VALIDATION, evaluation);
      }
    }
    for (TrainingListener listener : listeners) {
      listener.onMilestone(state);
    }
  }
}
