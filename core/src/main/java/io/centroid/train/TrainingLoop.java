package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.List;

/**
 * Trains: rounds until the plan is done or the stop rule speaks, with an evaluation on the workers
 * at the end of each epoch.
 */
public final class TrainingLoop {
  private final TrainingPlan plan;
  private final Workers workers;
  private final boolean validates;
  private final EarlyStopping stopping;
  private final OutlierRule outliers;
  private final List<TrainingListener> listeners;

  /**
   * A loop.
   *
   * @param validates whether there are validation examples to evaluate
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
   * Runs from a state to the end and returns the last state. No listener hears of a state that is
   * not good.
   *
   * @throws DivergedException if a worker, the outer step or an evaluation left the finite numbers,
   *     or a worker is an outlier
   */
  public TrainState run(TrainState state) {
    while (!plan.isFinished(state) && !stopping.isReached()) {
      long started = System.nanoTime();
      Round round = plan.next(state);
      RoundResult result = workers.run(round);
      outliers.check(round, result.reports());
      DivergenceCheck.requireMoved(round.number(), result.parameters());
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
      DivergenceCheck.requireLoss(state, EvaluationSet.VALIDATION, evaluation);
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
