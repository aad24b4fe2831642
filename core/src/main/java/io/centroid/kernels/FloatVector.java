package io.centroid.kernels;

import io.centroid.Sha256;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A flat vector of floats outside the heap, the form in which a learner keeps parameters and
 * gradients: native code, ND4J and other engines work on the same memory without copying. Java code
 * moves stretches of it through arrays of a few thousand floats. Not thread-safe.
 *
 * <p>A vector may be read-only, as one in a mapped file is: writing there would end the JVM, so
 * {@link #write} and {@link #pointer} refuse it.
 */
public final class FloatVector {
  /** A direct buffer holds no more; longer vectors are copied through the pointer. */
  private static final long LONGEST_BUFFER = Integer.MAX_VALUE / Float.BYTES;

  private final FloatPointer pointer;
  private final @Nullable FloatBuffer buffer;
  private final long size;
  private final long offset;
  private final Object owner;
  private final boolean readOnly;

  private FloatVector(
      FloatPointer pointer, long size, long offset, Object owner, boolean readOnly) {
    this.pointer = pointer.capacity(size);
    // An absolute bulk get or put is a bare memory copy; FloatPointer's own goes through JNI.
    this.buffer = size == 0 || size > LONGEST_BUFFER ? null : pointer.asBuffer();
    this.readOnly = readOnly;
    this.size = size;
    this.offset = offset;
    this.owner = owner;
  }

  /** Memory of its own, zeroed. */
  public static FloatVector allocate(long size) {
    FloatPointer pointer = new FloatPointer(size);
    FloatPointer.memset(pointer, 0, size * Float.BYTES);
    return new FloatVector(pointer, size, 0, pointer, false);
  }

  /**
   * Shares an engine's memory.
   *
   * @param owner kept reachable as long as this vector, so that the engine does not free the memory
   */
  public static FloatVector wrap(FloatPointer pointer, long size, Object owner) {
    return new FloatVector(
        new FloatPointer(pointer), size, 0, Objects.requireNonNull(owner), false);
  }

  /**
   * Reads a direct buffer in place, such as a mapped file's; nothing is copied. The file must not
   * be cut short as long as the vector is used.
   */
  public static FloatVector readOnly(FloatBuffer floats) {
    if (!floats.isDirect() || floats.order() != ByteOrder.nativeOrder() || floats.position() != 0) {
      throw new IllegalArgumentException("not a whole direct buffer in native order: " + floats);
    }
    FloatPointer pointer = floats.limit() == 0 ? new FloatPointer(1) : new FloatPointer(floats);
    return new FloatVector(pointer, floats.limit(), 0, floats, true);
  }

  /**
   * The {@code length} floats from {@code from} on as a vector of their own, on the same memory.
   * Costs a few objects: make it once, not in each step.
   */
  public FloatVector slice(long from, long length) {
    Objects.checkFromIndexSize(from, length, size);
    FloatPointer start = new FloatPointer(pointer.getPointer(from));
    return new FloatVector(start, length, offset + from, owner, readOnly);
  }

  public long size() {
    return size;
  }

  /**
   * The memory itself, for engines; its position is 0 and must remain so.
   *
   * @throws IllegalStateException if the vector is read-only
   */
  public FloatPointer pointer() {
    requireWritable();
    return pointer;
  }

  /** The memory for native code that only reads it. */
  FloatPointer constant() {
    return pointer;
  }

  /** Whether this vector cannot be written. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** What keeps the memory alive. */
  public Object owner() {
    return owner;
  }

  /** Where this vector starts in the one that it was sliced from, else 0. */
  public long offset() {
    return offset;
  }

  /** Copies {@code length} floats from {@code from} on into {@code into[0..]}. */
  public void read(long from, float[] into, int length) {
    Objects.checkFromIndexSize(from, length, size);
    if (buffer != null) {
      buffer.get((int) from, into, 0, length);
    } else if (length > 0) {
      pointer.getPointer(from).get(into, 0, length);
    }
    Reference.reachabilityFence(owner);
  }

  /**
   * Copies {@code source[0..length)} to the position {@code to}.
   *
   * @throws IllegalStateException if the vector is read-only
   */
  public void write(long to, float[] source, int length) {
    requireWritable();
    Objects.checkFromIndexSize(to, length, size);
    if (buffer != null) {
      buffer.put((int) to, source, 0, length);
    } else if (length > 0) {
      pointer.getPointer(to).put(source, 0, length);
    }
    Reference.reachabilityFence(owner);
  }

  /** Takes all values of the array, whose length must be the vector's. */
  public void load(float[] values) {
    requireSize(values.length);
    write(0, values, values.length);
  }

  /** Copies all values into the array, whose length must be the vector's. */
  public void store(float[] into) {
    requireSize(into.length);
    read(0, into, into.length);
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

  private void requireWritable() {
    if (readOnly) {
      throw new IllegalStateException("the vector of " + size + " values is read-only");
    }
  }

  private void requireSize(int length) {
    if (length != size) {
      throw new IllegalArgumentException("the vector has " + size + " values, the array " + length);
    }
  }
}
