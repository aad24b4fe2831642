package io.centroid.spark;

import io.centroid.averaging.codec.RawFloats;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's contribution to one slice, as a record of the shuffle.
 *
 * @param payload encoded delta of the slice
 * @param steps step count of the optimizer state
 * @param moments the slice of the optimizer state's vectors; null unless the states are averaged
 */
record SlicePart(
    WorkerReport report, byte[] payload, long steps, @Nullable List<RawFloats> moments) {

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

  /** Writes the part, with its vectors as raw bytes. */
  void write(DataOutput out) throws IOException {
    ByteArrayOutputStream serialized = new ByteArrayOutputStream();
    try (ObjectOutputStream object = new ObjectOutputStream(serialized)) {
      object.writeObject(report);
    }
    write(out, serialized.toByteArray());
    write(out, payload);
    out.writeLong(steps);
    out.writeInt(moments == null ? -1 : moments.size());
    for (int i = 0; moments != null && i < moments.size(); i++) {
      moments.get(i).write(out);
    }
  }

  private static void write(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads a part. */
  @SuppressWarnings("BanSerializableRead")
  static SlicePart read(DataInput in) throws IOException {
    WorkerReport report;
    try (ObjectInputStream object = new ObjectInputStream(new ByteArrayInputStream(bytes(in)))) {
      report = (WorkerReport) object.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
    byte[] payload = bytes(in);
    long steps = in.readLong();
    int count = in.readInt();
    List<RawFloats> moments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moments.add(RawFloats.read(in));
    }
    return new SlicePart(report, payload, steps, count < 0 ? null : moments);
  }

  private static byte[] bytes(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
