package io.centroid.averaging;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

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
      Objects.requireNonNull(parameters, "parameters");
      state = List.copyOf(state);
    }

    /**
     * Returns this result if it has the right lengths.
     *
     * @param step step that returned it
     * @param length number of parameters of the slice
     * @throws IllegalStateException if the number of parameters, of state vectors or of values in a
     *     state vector is wrong
     */
    public Moved checked(OuterStep step, int length) {
      require(step, "parameters", length, parameters.length);
      List<String> names = step.stateNames();
      require(step, "state vectors", names.size(), state.size());
      for (int i = 0; i < names.size(); i++) {
        require(step, "values of state " + names.get(i), length, state.get(i).length);
      }
      return this;
    }

    private static void require(OuterStep step, String what, int expected, int found) {
      if (found != expected) {
        throw new IllegalStateException(
            "outer step "
                + step.name()
                + ": expected "
                + expected
                + " "
                + what
                + ", found "
                + found);
      }
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
   * Updates one slice of the parameter vector. The step must not modify its arguments: another
   * thread or a repeated round may read them. The result may contain these arrays or new ones, one
   * of the slice's length for the parameters and one for each name of the state. The step must not
   * modify them after it returns.
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
