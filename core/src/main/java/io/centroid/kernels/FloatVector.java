package io.centroid.kernels;

import io.centroid.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A flat vector of floats outside the heap, the form in which a learner keeps parameters and
 * gradients: native code, ND4J and other engines work on the same memory without copying. Java code
 * moves stretches of it through arrays of a few thousand floats. Not thread-safe.
 */
public final class FloatVector {
  private final FloatPointer pointer;
  private final long size;
  private final Object owner;

  private FloatVector(FloatPointer pointer, long size, Object owner) {
    this.pointer = pointer;
    this.size = size;
    this.owner = owner;
  }

  /** Memory of its own, zeroed. */
  public static FloatVector allocate(long size) {
    FloatPointer pointer = new FloatPointer(size);
    FloatPointer.memset(pointer, 0, size * Float.BYTES);
    return new FloatVector(pointer, size, pointer);
  }

  /**
   * Shares an engine's memory.
   *
   * @param owner kept reachable as long as this vector, so that the engine does not free the memory
   */
  public static FloatVector wrap(FloatPointer pointer, long size, Object owner) {
    return new FloatVector(pointer, size, Objects.requireNonNull(owner));
  }

  public long size() {
    return size;
  }

  /** The memory itself, for engines. */
  public FloatPointer pointer() {
    return pointer;
  }

  /** What keeps the memory alive. */
  public Object owner() {
    return owner;
  }

  /** Copies {@code length} floats from {@code from} on into {@code into[0..]}. */
  public void read(long from, float[] into, int length) {
    Objects.checkFromIndexSize(from, length, size);
    at(from).get(into, 0, length);
  }

  /** Copies {@code source[0..length)} to the position {@code to}. */
  public void write(long to, float[] source, int length) {
    Objects.checkFromIndexSize(to, length, size);
    at(to).put(source, 0, length);
  }

  /** Takes all values of the array, whose length must be the vector's. */
  public void load(float[] values) {
    requireSize(values.length);
    pointer.position(0).put(values, 0, values.length);
  }

  /** Copies all values into the array, whose length must be the vector's. */
  public void store(float[] into) {
    requireSize(into.length);
    pointer.position(0).get(into, 0, into.length);
  }

  /** SHA-256 of the values as little-endian float32. */
  public static String sha256(float[] values) {
    MessageDigest digest = Sha256.digest();
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; ) {
      chunk.clear();
      int length = Math.min(values.length - from, chunk.capacity() / Float.BYTES);
      chunk.asFloatBuffer().put(values, from, length);
      digest.update(chunk.limit(length * Float.BYTES));
      from += length;
    }
    return Sha256.hex(digest);
  }

  private FloatPointer at(long position) {
    return pointer.position(position);
  }

  private void requireSize(int length) {
    if (length != size) {
      throw new IllegalArgumentException("the vector has " + size + " values, the array " + length);
    }
  }
}
