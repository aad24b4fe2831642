package io.centroid.train.worker;

import io.centroid.train.TrainState;

/**
 * What all workers do before they meet again: {@code steps} local steps from the same state. A
 * round never crosses the end of an epoch.
 *
 * @param start the state that it begins with
 * @param steps local steps of this round
 */
public record Round(TrainState start, int steps) {

  /** Counted from 0 over the whole run. */
  public long number() {
    return start.rounds();
  }

  /** Steps that each worker took before, over the whole run. */
  public long firstStep() {
    return start.steps();
  }

  /** Counted from 0. */
  public int epoch() {
    return start.epoch();
  }

  /** What rates are multiplied by; 1 unless the run was rolled back. */
  public double rateScale() {
    return start.history().rateScale();
  }

  /** Steps of this epoch that were taken before. */
  public int stepInEpoch() {
    return start.stepInEpoch();
  }
}
