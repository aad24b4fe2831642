package io.centroid.averaging;

import java.io.Serializable;
import java.util.List;

/**
 * Moves the global parameters by the workers' mean delta after each round. Pure: what it remembers
 * is passed in and out, so that a round can be repeated and a run resumed. Elementwise: a vector
 * may be moved in any pieces, anywhere, with the same bits. Made by {@link OuterSettings#create}.
 */
public interface OuterStep extends Serializable {

  /** Parameters and memory after a round; the arrays are immutable from then on. */
  record Moved(float[] parameters, List<float[]> state) {
    public Moved {
      state = List.copyOf(state);
    }
  }

  /** Names of the state's vectors, as checkpoints store them. */
  List<String> stateNames();

  /**
   * Moves one stretch of the parameter vector.
   *
   * @param round number of the round that ended, counted from 0 over the whole run
   * @param offset where in the whole vector the stretch begins
   * @param parameters those that the round started from
   * @param meanDelta the weighted mean of (worker's parameters - parameters)
   * @param state as the last step left it, one array of the stretch's length a name; empty at the
   *     start of a run
   */
  Moved step(long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state);
}
