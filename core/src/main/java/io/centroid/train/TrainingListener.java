package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;

/** Hears of a run's progress, on the loop's thread; what it does delays the next round. */
public interface TrainingListener {

  /** A round is done, and {@code state} is what it led to. */
  default void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {}

  /** The state was evaluated, at the end of an epoch or of the run. */
  default void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {}

  /** The training diverged and goes on from {@code state}, the last good checkpoint's. */
  default void onRollback(TrainState state, Rollback rollback) {}

  /** An epoch or the run ended; all evaluations of this state were heard before. */
  default void onMilestone(TrainState state) {}
}
