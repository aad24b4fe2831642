package io.centroid.train.worker;

import io.centroid.train.TrainState;

/**
 * A round: {@code steps} local steps of every worker from the same state, followed by aggregation.
 * A round ends at the end of an epoch at the latest.
 *
 * @param start state at the start
 * @param steps number of local steps per worker
 */
public record Round(TrainState start, int steps) {

  /** Index of the round in the run, from 0. */
  public long number() {
    return start.rounds();
  }

  /** Number of steps per worker before this round. */
  public long firstStep() {
    return start.steps();
  }

  /** Index of the epoch, from 0. */
  public int epoch() {
    return start.epoch();
  }

  /** Factor of the learning rates; 1 unless the run was rolled back. */
  public double learningRateScale() {
    return start.history().learningRateScale();
  }

  /** Number of steps of this epoch before this round. */
  public int stepInEpoch() {
    return start.stepInEpoch();
  }
}
