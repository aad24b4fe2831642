package io.centroid.averaging.codec;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector, or a part of one, that Java serialization writes as raw little-endian bytes. It would
 * convert a float array value by value, which takes a hundred times as long until it is compiled.
 */
public final class RawFloats implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int CHUNK = 1 << 16;

  private transient float[] vector;
  private transient int from;
  private transient int to;

  /** The values {@code from..to-1} of a vector, which is not copied. */
  public RawFloats(float[] vector, int from, int to) {
    Objects.checkFromToIndex(from, to, vector.length);
    this.vector = vector;
    this.from = from;
    this.to = to;
  }

  /** A vector, which is not copied. */
  public static RawFloats of(float[] vector) {
    return new RawFloats(vector, 0, vector.length);
  }

  /** Vectors, which are not copied. */
  public static List<RawFloats> of(List<float[]> vectors) {
    return vectors.stream().map(RawFloats::of).toList();
  }

  /** A vector, which is not copied; null if there is none. */
  public static @Nullable RawFloats ofNullable(float @Nullable [] vector) {
    return vector == null ? null : of(vector);
  }

  /** The values, read-only. */
  public float[] values() {
    return from == 0 && to == vector.length ? vector : Arrays.copyOfRange(vector, from, to);
  }

  /** The values of each, read-only. */
  public static List<float[]> values(List<RawFloats> vectors) {
    return vectors.stream().map(RawFloats::values).toList();
  }

  /** Number of values. */
  public int length() {
    return to - from;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    write(out);
  }

  private void readObject(ObjectInputStream in) throws IOException {
    vector = values(in);
    from = 0;
    to = vector.length;
  }

  /** Writes the number of values and the values. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(length());
    byte[] bytes = new byte[Math.min(CHUNK, length()) * Float.BYTES];
    FloatBuffer floats = floats(bytes);
    for (int at = from, count; at < to; at += count) {
      count = Math.min(CHUNK, to - at);
      floats.clear().put(vector, at, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  /** Reads a vector. */
  public static RawFloats read(DataInput in) throws IOException {
    return of(values(in));
  }

  private static float[] values(DataInput in) throws IOException {
    float[] values = new float[in.readInt()];
    byte[] bytes = new byte[Math.min(CHUNK, values.length) * Float.BYTES];
    FloatBuffer floats = floats(bytes);
    for (int at = 0, count; at < values.length; at += count) {
      count = Math.min(CHUNK, values.length - at);
      in.readFully(bytes, 0, count * Float.BYTES);
      floats.clear().get(values, at, count);
    }
    return values;
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
