package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One worker's contribution to one slice, as a record of the shuffle.
 *
 * @param payload encoded delta of the slice
 * @param steps step count of the optimizer state
 * @param moments the slice of the optimizer state's vectors; null unless the states are averaged
 */
@DefaultSerializer(JavaSerializer.class)
record SlicePart(
    WorkerReport report, byte[] payload, long steps, @Nullable List<FloatSlice> moments)
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
            : shared.moments().stream().map(moment -> new FloatSlice(moment, from, to)).toList());
  }

  /** The slice of the optimizer state; null unless the states are averaged. */
  @Nullable InnerState shared() {
    return moments == null
        ? null
        : new InnerState(steps, moments.stream().map(FloatSlice::values).toList());
  }

  /** Number of bytes of delta and optimizer state. */
  long bytes() {
    long bytes = payload.length;
    for (int i = 0; moments != null && i < moments.size(); i++) {
      bytes += (long) Float.BYTES * moments.get(i).length();
    }
    return bytes;
  }

  /**
   * A view of the values {@code from..to-1} of a vector, serialized without the rest of the vector.
   * The object stream keeps no reference to the values.
   */
  static final class FloatSlice implements Serializable {
    private static final long serialVersionUID = 1L;

    private transient float[] vector;
    private transient int from;
    private transient int to;

    FloatSlice(float[] vector, int from, int to) {
      Objects.checkFromToIndex(from, to, vector.length);
      this.vector = vector;
      this.from = from;
      this.to = to;
    }

    /** The values of the slice, read-only. */
    float[] values() {
      return from == 0 && to == vector.length ? vector : Arrays.copyOfRange(vector, from, to);
    }

    int length() {
      return to - from;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      // An object stream references all that it has written until it is closed.
      out.writeUnshared(values());
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      vector = (float[]) in.readUnshared();
      from = 0;
      to = vector.length;
    }
  }
}
