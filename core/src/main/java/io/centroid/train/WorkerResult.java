package io.centroid.train;

import io.centroid.optimize.InnerState;
import java.io.Serializable;
import java.util.List;

/**
 * What one worker brings back from a round.
 *
 * @param delta its parameters less those it started from
 * @param inner its optimizer state, or none if the policy is to reset
 * @param examples examples seen: the weight of the delta
 * @param lossSum sum of the training loss over them
 * @param computeNanos time spent in the local steps
 */
public record WorkerResult(
    int worker,
    float[] delta,
    List<InnerState> inner,
    long examples,
    double lossSum,
    long computeNanos)
    implements Serializable {
  public WorkerResult {
    inner = List.copyOf(inner);
  }
}
