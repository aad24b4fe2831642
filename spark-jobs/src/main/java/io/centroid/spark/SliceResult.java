package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.averaging.codec.RawFloats;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerReport;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Result of the aggregation of one slice.
 *
 * @param parameters the slice's parameters after the outer step, float32 little-endian
 * @param outer slices of the outer optimizer's state vectors
 * @param shared slice of the workers' mean optimizer state; null if none is shared
 * @param reports reports of all workers, in worker order; only in the first slice
 * @param squares sum of the squares of the slice's weighted mean delta
 * @param bytesUp bytes that the workers sent for the slice
 */
@DefaultSerializer(JavaSerializer.class)
record SliceResult(
    byte[] parameters,
    List<float[]> outer,
    @Nullable InnerState shared,
    List<WorkerReport> reports,
    double squares,
    long bytesUp)
    implements Serializable {

  /** The result without the outer optimizer's state, which stays on the executor. */
  SliceResult withoutOuter() {
    return new SliceResult(parameters, List.of(), shared, reports, squares, bytesUp);
  }

  /** Only the outer optimizer's state. */
  SliceResult outerOnly() {
    return new SliceResult(new byte[0], outer, null, List.of(), 0, 0);
  }

  private Object writeReplace() {
    return new Serialized(parameters, RawFloats.of(outer), shared, reports, squares, bytesUp);
  }

  private record Serialized(
      byte[] parameters,
      List<RawFloats> outer,
      @Nullable InnerState shared,
      List<WorkerReport> reports,
      double squares,
      long bytesUp)
      implements Serializable {
    private Object readResolve() {
      return new SliceResult(
          parameters, RawFloats.values(outer), shared, reports, squares, bytesUp);
    }
  }
}
