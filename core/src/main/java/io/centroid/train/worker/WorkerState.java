package io.centroid.train.worker;

import io.centroid.averaging.codec.RawFloats;
import io.centroid.optim.InnerState;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * State that a worker keeps from round to round. Callers must not modify the arrays.
 *
 * @param inner inner optimizer state, with {@link InnerStatePolicy#KEEP}
 * @param residual error feedback: the compression error to add to the next delta, as long as the
 *     parameters
 */
public record WorkerState(@Nullable InnerState inner, float @Nullable [] residual)
    implements Serializable {

  /** State before the first round. */
  public static final WorkerState EMPTY = new WorkerState(null, null);

  private Object writeReplace() {
    return new Serialized(inner, RawFloats.ofNullable(residual));
  }

  private record Serialized(@Nullable InnerState inner, @Nullable RawFloats residual)
      implements Serializable {
    private Object readResolve() {
      return new WorkerState(inner, residual == null ? null : residual.values());
    }
  }
}
