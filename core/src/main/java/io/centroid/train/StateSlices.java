package io.centroid.train;

import io.centroid.optimize.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * The state that the workers of a round start from, slice by slice, so that no worker holds all of
 * it beside its replica. What it returns is valid until the next call, and is not to be written.
 * One task's.
 */
public interface StateSlices {

  /** The parameters of a slice. */
  float[] parameters(int slice);

  /**
   * That slice of the state that all share; null means fresh, or that each worker keeps its own.
   */
  @Nullable InnerState shared(int slice);

  /** One slice, in this JVM. */
  record Whole(float[] all, @Nullable InnerState state) implements StateSlices {

    @Override
    public float[] parameters(int slice) {
      return all;
    }

    @Override
    public @Nullable InnerState shared(int slice) {
      return state;
    }
  }
}
