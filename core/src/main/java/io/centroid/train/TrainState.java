package io.centroid.train;

import io.centroid.optimize.InnerState;
import io.centroid.optimize.OuterStep;
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
 */
public record TrainState(
    long rounds,
    long steps,
    int epoch,
    int stepInEpoch,
    long examples,
    float[] parameters,
    List<InnerState> inner,
    List<float[]> outer) {

  public TrainState {
    inner = List.copyOf(inner);
    outer = List.copyOf(outer);
  }

  public static TrainState initial(float[] parameters) {
    return new TrainState(0, 0, 0, 0, 0, parameters, List.of(), List.of());
  }

  /** The state after a round. */
  TrainState next(Round round, RoundResult result, OuterStep outerStep, int stepsPerEpoch) {
    OuterStep.Moved moved =
        outerStep.step(round.number(), 0, parameters, result.meanDelta(), outer);
    int inEpoch = stepInEpoch + round.steps();
    boolean epochDone = inEpoch == stepsPerEpoch;
    return new TrainState(
        rounds + 1,
        steps + round.steps(),
        epochDone ? epoch + 1 : epoch,
        epochDone ? 0 : inEpoch,
        examples + result.examples(),
        moved.parameters(),
        result.inner(),
        moved.state());
  }
}
