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
 * One worker's piece of one slice, on its way through the shuffle.
 *
 * @param payload encoded delta
 * @param steps of the optimizer state
 * @param moments the slice's part of the optimizer state, where all are averaged
 */
@DefaultSerializer(JavaSerializer.class)
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

  /**
   * The values {@code from..to-1} of a vector, which travel without the rest of it. A stream that
   * wrote one keeps no copy of the values.
   */
  static final class Stretch implements Serializable {
    private static final long serialVersionUID = 1L;

    private transient float[] vector;
    private transient int from;
    private transient int to;

    Stretch(float[] vector, int from, int to) {
      Objects.checkFromToIndex(from, to, vector.length);
      this.vector = vector;
      this.from = from;
      this.to = to;
    }

    /** As many values as the stretch is long; not to be written. */
    float[] values() {
      return from == 0 && to == vector.length ? vector : Arrays.copyOfRange(vector, from, to);
    }

    int length() {
      return to - from;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      // A stream remembers what it wrote until it is closed, and a round has one a slice.
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
