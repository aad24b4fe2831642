package io.centroid.train;

import io.centroid.train.worker.Round;

/**
 * Length of a run and of its rounds.
 *
 * @param localSteps maximum number of local steps H per round
 * @param stepsPerEpoch number of steps after which every worker has seen its whole shard
 * @param totalSteps number of steps per worker in the run
 */
public record TrainingPlan(int localSteps, int stepsPerEpoch, long totalSteps) {

  public TrainingPlan {
    if (localSteps < 1 || stepsPerEpoch < 1 || totalSteps < 0) {
      throw new IllegalArgumentException(
          "invalid training plan: " + localSteps + ", " + stepsPerEpoch + ", " + totalSteps);
    }
  }

  /** The plan with another number of local steps per round. */
  public TrainingPlan withLocalSteps(int steps) {
    return new TrainingPlan(steps, stepsPerEpoch, totalSteps);
  }

  public boolean isFinished(TrainState state) {
    return state.steps() >= totalSteps;
  }

  /** The round after a state: up to H steps, truncated at the end of the epoch and of the run. */
  public Round next(TrainState state) {
    long left = Math.min(totalSteps - state.steps(), stepsPerEpoch - state.stepInEpoch());
    int steps = (int) Math.min(localSteps, left);
    return new Round(state, steps);
  }
}
