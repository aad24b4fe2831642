package io.centroid.averaging;

import java.io.Serializable;
import java.util.List;

/**
 * The step of an outer optimizer: updates the global parameters with the workers' mean delta after
 * each round. Pure: its state is passed in and out, so that a round can be repeated and a run
 * resumed. Elementwise: updating a vector in slices, on any machine, gives bitwise identical
 * results. Implement it, for example as a record, to train with a custom outer optimizer.
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

  /** Names of the state vectors in checkpoints. */
  List<String> stateNames();

  /**
   * Updates one slice of the parameter vector.
   *
   * @param round number of the round that ended, counted from 0 over the whole run
   * @param offset offset of the slice in the vector
   * @param parameters parameters at the start of the round
   * @param meanDelta weighted mean of (worker's parameters - parameters)
   * @param state state after the previous step, one array of the slice's length per name; empty at
   *     the start of a run
   */
  Moved step(long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state);
}
