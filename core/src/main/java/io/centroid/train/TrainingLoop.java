package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import java.util.List;
import java.util.function.Supplier;

/**
 * Trains: rounds until the plan is done or the stop rule speaks, with an evaluation on the workers
 * at the end of each epoch.
 */
public final class TrainingLoop {
  private final TrainingPlan plan;
  private final Workers workers;
  private final boolean validates;
  private final EarlyStopping stopping;
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
      List<TrainingListener> listeners) {
    this.plan = plan;
    this.workers = workers;
    this.validates = validates;
    this.stopping = stopping;
    this.listeners = List.copyOf(listeners);
  }

  /** Runs from a state to the end and returns the last state. */
  public TrainState run(TrainState start) {
    return run(() -> start);
  }

  /** The same from a state that is asked for once and not kept. */
  public TrainState run(Supplier<TrainState> start) {
    TrainState state = start.get();
    while (!plan.isFinished(state) && !stopping.isReached()) {
      long started = System.nanoTime();
      Round round = plan.next(state);
      RoundResult result = workers.run(round);
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
      Evaluation evaluation = workers.evaluate(DataPart.VALIDATION, state.parameters());
      stopping.onValidation(evaluation.metrics());
      for (TrainingListener listener : listeners) {
        listener.onEvaluation(state, DataPart.VALIDATION, evaluation);
      }
    }
    for (TrainingListener listener : listeners) {
      listener.onMilestone(state);
    }
  }
}
