package io.centroid.train.worker;

import io.centroid.optim.InnerState;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a worker keeps to itself from round to round. Treat the arrays as immutable.
 *
 * @param inner its optimizer's state, under {@link InnerStatePolicy#KEEP}
 * @param residual what its codec has not sent yet, a vector as long as the parameters
 */
public record WorkerState(@Nullable InnerState inner, float @Nullable [] residual)
    implements Serializable {

  /** Of a worker that has kept nothing yet. */
  public static final WorkerState EMPTY = new WorkerState(null, null);
}
