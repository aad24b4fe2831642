package io.centroid.optimize;

import java.util.List;

/**
 * Moves the global parameters by the workers' mean delta after each round. Pure: what it remembers
 * is passed in and out, so that a round can be repeated and a run resumed.
 */
public interface OuterStep {

  /** Parameters and memory after a round; the arrays are immutable from then on. */
  record Moved(float[] parameters, List<float[]> state) {
    public Moved {
      state = List.copyOf(state);
    }
  }

  /** Names of the state's vectors, as checkpoints store them. */
  List<String> stateNames();

  /**
   * One step.
   *
   * @param parameters those that the round started from
   * @param meanDelta the weighted mean of (worker's parameters - parameters)
   * @param state as the last step left it; empty at the start
   */
  Moved step(float[] parameters, float[] meanDelta, List<float[]> state);
}
