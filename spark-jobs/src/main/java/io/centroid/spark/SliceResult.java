package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerReport;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One slice after the workers met.
 *
 * @param parameters the moved slice, little-endian
 * @param outer the outer step's vectors of the slice
 * @param shared the slice's part of the workers' mean optimizer state, where they share one
 * @param reports of all workers, in worker order; only the first slice has them
 * @param bytesUp what the workers sent for it
 */
@DefaultSerializer(JavaSerializer.class)
record SliceResult(
    byte[] parameters,
    List<float[]> outer,
    @Nullable InnerState shared,
    List<WorkerReport> reports,
    long bytesUp)
    implements Serializable {

  /** What the driver gets: the outer step's vectors stay. */
  SliceResult withoutOuter() {
    return new SliceResult(parameters, List.of(), shared, reports, bytesUp);
  }

  /** What is left to remember: the outer step's vectors. */
  SliceResult outerOnly() {
    return new SliceResult(new byte[0], outer, null, List.of(), 0);
  }
}
