package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;

/** Listener for a run's progress, called on the loop's thread before the next round starts. */
public interface TrainingListener {

  /** Called after a round with the new state. */
  default void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {}

  /** Called after an evaluation, at the end of an epoch or of the run. */
  default void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {}

  /** Called after training diverged, with the checkpoint's state from which it resumes. */
  default void onRollback(TrainState state, Rollback rollback) {}

  /** Called at the end of an epoch or of the run, after all evaluations. */
  default void onMilestone(TrainState state) {}
}
