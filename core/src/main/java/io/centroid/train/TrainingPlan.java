package io.centroid.train;

import io.centroid.train.worker.Round;

/**
 * How far a run goes and where its rounds are cut.
 *
 * @param localSteps H, the most steps between two meetings
 * @param stepsPerEpoch steps in which every worker has seen its whole shard
 * @param totalSteps steps of each worker in the whole run
 */
public record TrainingPlan(int localSteps, int stepsPerEpoch, long totalSteps) {

  public TrainingPlan {
    if (localSteps < 1 || stepsPerEpoch < 1 || totalSteps < 0) {
      throw new IllegalArgumentException(
          "not a plan: " + localSteps + ", " + stepsPerEpoch + ", " + totalSteps);
    }
  }

  /** The same run with other meetings. */
  public TrainingPlan withLocalSteps(int steps) {
    return new TrainingPlan(steps, stepsPerEpoch, totalSteps);
  }

  public boolean isFinished(TrainState state) {
    return state.steps() >= totalSteps;
  }

  /** The round that follows a state: up to H steps, cut at the end of the epoch and of the run. */
  public Round next(TrainState state) {
    long left = Math.min(totalSteps - state.steps(), stepsPerEpoch - state.stepInEpoch());
    int steps = (int) Math.min(localSteps, left);
    return new Round(state, steps);
  }
}
