package io.centroid.train.worker;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.optim.InnerState;
import java.util.Arrays;
import java.util.stream.IntStream;
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

  /** The slices in the order in which they are best loaded. */
  default IntStream order() {
    return IntStream.range(0, slicing().count());
  }

  /** Copies all parameters, slice by slice. */
  default void loadInto(FloatVector vector) {
    order()
        .forEach(
            slice -> {
              float[] values = parameters(slice);
              vector.write(slicing().from(slice), values, values.length);
            });
  }

  /** In-memory parameters without optimizer state, in as few slices as possible. */
  static SlicedState of(float[] parameters) {
    return of(parameters, null);
  }

  /** In-memory state in as few slices as possible. */
  static SlicedState of(float[] parameters, @Nullable InnerState shared) {
    return new InMemory(Slicing.of(parameters.length, 1), parameters, shared);
  }

  /** In-memory state; a single slice is not copied. */
  record InMemory(Slicing slicing, float[] all, @Nullable InnerState state) implements SlicedState {

    @Override
    public float[] parameters(int slice) {
      return slice(all, slice);
    }

    @Override
    public @Nullable InnerState shared(int slice) {
      return state == null
          ? null
          : new InnerState(
              state.steps(), state.moments().stream().map(moment -> slice(moment, slice)).toList());
    }

    @Override
    public void loadInto(FloatVector vector) {
      vector.load(all);
    }

    private float[] slice(float[] vector, int slice) {
      return slicing.count() == 1
          ? vector
          : Arrays.copyOfRange(vector, slicing.from(slice), slicing.to(slice));
    }
  }
}
