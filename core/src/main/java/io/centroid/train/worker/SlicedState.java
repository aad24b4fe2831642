package io.centroid.train.worker;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * The state that workers start from, slice by slice, so that no worker holds all of it beside its
 * replica. What it returns is valid until the next call, and is not to be written. One task's.
 */
public interface SlicedState {

  /** How it is cut. */
  Slicing slicing();

  /** The parameters of a slice. */
  float[] parameters(int slice);

  /**
   * That slice of the state that all share; null means fresh, or that each worker keeps its own.
   */
  @Nullable InnerState shared(int slice);

  /** Copies all parameters, one slice after another. */
  default void loadInto(FloatVector vector) {
    Slicing slicing = slicing();
    for (int slice = 0; slice < slicing.count(); slice++) {
      float[] values = parameters(slice);
      vector.write(slicing.from(slice), values, values.length);
    }
  }

  /** Parameters alone, in this JVM. */
  static SlicedState of(float[] parameters) {
    return new Whole(parameters, null);
  }

  /** One slice, in this JVM. */
  record Whole(float[] all, @Nullable InnerState state) implements SlicedState {

    @Override
    public Slicing slicing() {
      return Slicing.of(all.length, 1);
    }

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
