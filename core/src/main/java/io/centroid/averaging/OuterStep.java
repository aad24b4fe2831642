package io.centroid.averaging;

import java.io.Serializable;
import java.util.List;

/**
 * The step of an outer optimizer: moves the global parameters by the workers' mean delta after each
 * round. Pure: its state is passed in and out, so that a round can be repeated and a run resumed.
 * Elementwise: moving a vector in any pieces, anywhere, gives bitwise identical results. Implement
 * it to train with an outer optimizer of your own; a record is the natural form.
 */
public interface OuterStep extends Serializable {

  /** Parameters and state after a round; the arrays are immutable from then on. */
  record Moved(float[] parameters, List<float[]> state) {
    public Moved {
      state = List.copyOf(state);
    }
  }

  /**
   * Name of the step in configurations and manifests, such as {@code nesterov}. Two steps that give
   * different results need different names: a run resumes only under the same name.
   */
  String name();

  /** Names of the state's vectors, as checkpoints store them. */
  List<String> stateNames();

  /**
   * Moves one stretch of the parameter vector.
   *
   * @param round number of the round that ended, counted from 0 over the whole run
   * @param offset where in the whole vector the stretch begins
   * @param parameters those that the round started from
   * @param meanDelta the weighted mean of (worker's parameters - parameters)
   * @param state as the last step left it, one array of the stretch's length for each name; empty
   *     at the start of a run
   */
  Moved step(long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state);
}
