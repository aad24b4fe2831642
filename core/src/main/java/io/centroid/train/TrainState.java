package io.centroid.train;

import io.centroid.train.worker.Round;
import java.util.List;

/**
 * Everything that the rest of a run depends on: from equal states runs go on with equal bits.
 * Immutable by convention: no array is written to once it is here.
 *
 * @param rounds rounds done
 * @param steps steps that each worker took
 * @param epoch epoch in which the next step falls, from 0
 * @param stepInEpoch steps of that epoch already taken
 * @param examples examples seen by all workers together
 * @param history what the run remembers of its past
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

  /** Of a run that has no past worth remembering. */
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
   * The state of the last good checkpoint, from which the run goes on after a divergence.
   *
   * @param before all rollbacks until now, those since the checkpoint included
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
