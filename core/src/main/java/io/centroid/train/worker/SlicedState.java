package io.centroid.train.worker;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.InnerState;
import org.jspecify.annotations.Nullable;

/**
 * The state that workers start from, in slices, so that a worker does not hold a second full copy
 * next to its replica. Returned arrays are valid until the next call and must not be modified. Used
 * by one task.
 */
public interface SlicedState {

  /** Slicing of the state. */
  Slicing slicing();

  /** Parameters of a slice. */
  float[] parameters(int slice);

  /** A slice of the shared optimizer state; null if workers start fresh or keep their own. */
  @Nullable InnerState shared(int slice);

  /** Copies all parameters, slice by slice. */
  default void loadInto(FloatVector vector) {
    Slicing slicing = slicing();
    for (int slice = 0; slice < slicing.count(); slice++) {
      float[] values = parameters(slice);
      vector.write(slicing.from(slice), values, values.length);
    }
  }

  /** In-memory parameters without optimizer state. */
  static SlicedState of(float[] parameters) {
    return new Unsliced(parameters, null);
  }

  /** In-memory state as a single slice. */
  record Unsliced(float[] all, @Nullable InnerState state) implements SlicedState {

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
