package io.centroid.train;

import io.centroid.train.worker.Round;
import java.util.List;

/**
 * State of a training run: runs that resume from equal states are bitwise identical. Immutable by
 * convention: callers must not modify the arrays.
 *
 * @param rounds number of completed rounds
 * @param steps number of steps per worker
 * @param epoch epoch of the next step, from 0
 * @param stepInEpoch number of completed steps in that epoch
 * @param examples number of examples of all workers
 * @param history history that affects later rounds
 */
public record TrainState(
    long rounds,
    long steps,
    int epoch,
    int stepInEpoch,
    long examples,
    float[] parameters,
    CarriedState carried,
    RunHistory history) {

  /** A state with an empty history. */
  public TrainState(
      long rounds,
      long steps,
      int epoch,
      int stepInEpoch,
      long examples,
      float[] parameters,
      CarriedState carried) {
    this(rounds, steps, epoch, stepInEpoch, examples, parameters, carried, RunHistory.NONE);
  }

  public static TrainState initial(float[] parameters) {
    return new TrainState(0, 0, 0, 0, 0, parameters, CarriedState.nothing());
  }

  /** The state after a round. */
  TrainState next(Round round, RoundResult result, int stepsPerEpoch) {
    int inEpoch = stepInEpoch + round.steps();
    boolean epochDone = inEpoch == stepsPerEpoch;
    return new TrainState(
        rounds + 1,
        steps + round.steps(),
        epochDone ? epoch + 1 : epoch,
        epochDone ? 0 : inEpoch,
        examples + result.examples(),
        result.parameters(),
        result.carried(),
        history.after(result.reports()));
  }

  /**
   * The state to resume from after a divergence: this checkpoint's state with another rollback.
   *
   * @param before all earlier rollbacks, those since the checkpoint included
   */
  public TrainState rolledBack(List<Rollback> before, Rollback rollback) {
    return new TrainState(
        rounds,
        steps,
        epoch,
        stepInEpoch,
        examples,
        parameters,
        carried,
        history.after(before, rollback));
  }
}
