package io.centroid.spark;

import io.centroid.optimize.InnerState;
import io.centroid.train.WorkerReport;
import io.centroid.train.WorkerResult;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's piece of one slice, on its way through the shuffle.
 *
 * @param payload encoded delta
 * @param steps of the optimizer state
 * @param moments the slice's part of the optimizer state, where all are averaged
 */
record SlicePart(WorkerReport report, byte[] payload, long steps, @Nullable List<Stretch> moments)
    implements Serializable {

  /** A slice of what a worker brings; its vectors are not copied. */
  static SlicePart of(WorkerResult result, int slice, int from, int to) {
    InnerState shared = result.shared();
    return new SlicePart(
        result.report(),
        result.payload().get(slice),
        shared == null ? 0 : shared.steps(),
        shared == null
            ? null
            : shared.moments().stream().map(moment -> new Stretch(moment, from, to)).toList());
  }

  /** The slice's part of the optimizer state. */
  @Nullable InnerState shared() {
    return moments == null
        ? null
        : new InnerState(steps, moments.stream().map(Stretch::values).toList());
  }

  /** Bytes of delta and state. */
  long bytes() {
    long bytes = payload.length;
    for (int i = 0; moments != null && i < moments.size(); i++) {
      bytes += (long) Float.BYTES * moments.get(i).length();
    }
    return bytes;
  }
}
