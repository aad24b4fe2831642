package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.averaging.codec.RawFloats;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's contribution to one slice, as a record of the shuffle.
 *
 * @param payload encoded delta of the slice
 * @param steps step count of the optimizer state
 * @param moments the slice of the optimizer state's vectors; null unless the states are averaged
 */
@DefaultSerializer(JavaSerializer.class)
record SlicePart(WorkerReport report, byte[] payload, long steps, @Nullable List<RawFloats> moments)
    implements Serializable {

  /** Takes a slice of a worker's result without copying its vectors. */
  static SlicePart of(WorkerResult result, int slice, int from, int to) {
    InnerState shared = result.shared();
    return new SlicePart(
        result.report(),
        result.payload().get(slice),
        shared == null ? 0 : shared.steps(),
        shared == null
            ? null
            : shared.moments().stream().map(moment -> new RawFloats(moment, from, to)).toList());
  }

  /** The slice of the optimizer state; null unless the states are averaged. */
  @Nullable InnerState shared() {
    return moments == null ? null : new InnerState(steps, RawFloats.values(moments));
  }

  /** Number of bytes of delta and optimizer state. */
  long bytes() {
    long bytes = payload.length;
    for (int i = 0; moments != null && i < moments.size(); i++) {
      bytes += (long) Float.BYTES * moments.get(i).length();
    }
    return bytes;
  }
}
