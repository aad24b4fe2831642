package io.centroid.nn.kernels;

import io.centroid.io.Sha256;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * An off-heap vector of floats, which holds a learner's parameters and gradient. Native code, ND4J
 * and other engines use the same memory without copying. Java code copies chunks of it to arrays of
 * a few thousand floats. Not thread-safe.
 *
 * <p>A vector of a memory-mapped file is read-only: writing to it would crash the JVM, so {@link
 * #write} and {@link #pointer} throw.
 *
 * <p>Closing a vector frees its memory at once; the garbage collector frees vectors that are not
 * closed. {@link Arena} closes many together.
 */
public final class FloatVector implements AutoCloseable {
  /** Maximum size of a direct buffer; longer vectors are copied through the pointer. */
  private static final long LONGEST_BUFFER = Integer.MAX_VALUE / Float.BYTES;

  private final FloatPointer pointer;
  private final @Nullable FloatBuffer buffer;
  private final long size;
  private final long offset;
  private final Memory memory;
  private final boolean slice;
  private final boolean readOnly;

  /** Memory shared by a vector and its slices. */
  private static final class Memory {
    private final Object owner;
    private final @Nullable FloatPointer own;
    private boolean closed;

    /**
     * Open memory.
     *
     * @param owner object that is kept reachable
     * @param own pointer that is freed on closing; null if the owner frees the memory
     */
    Memory(Object owner, @Nullable FloatPointer own) {
      this.owner = owner;
      this.own = own;
    }

    void close() {
      if (own != null && !closed) {
        own.deallocate();
      }
      closed = true;
    }
  }

  private FloatVector(
      FloatPointer pointer,
      long size,
      long offset,
      Memory memory,
      boolean slice,
      boolean readOnly) {
    this.pointer = pointer.capacity(size);
    // An absolute bulk get or put is a bare memory copy; FloatPointer's own goes through JNI.
    this.buffer = size == 0 || size > LONGEST_BUFFER ? null : pointer.asBuffer();
    this.readOnly = readOnly;
    this.size = size;
    this.offset = offset;
    this.memory = memory;
    this.slice = slice;
  }

  /** Allocates a zeroed vector. */
  public static FloatVector allocate(long size) {
    OpenBlas.require();
    FloatPointer pointer = new FloatPointer(size);
    FloatPointer.memset(pointer, 0, size * Float.BYTES);
    return new FloatVector(pointer, size, 0, new Memory(pointer, pointer), false, false);
  }

  /**
   * Wraps an engine's memory.
   *
   * @param owner object that is kept reachable as long as the vector, so that the engine does not
   *     free the memory
   */
  public static FloatVector wrap(FloatPointer pointer, long size, Object owner) {
    return new FloatVector(
        new FloatPointer(pointer), size, 0, new Memory(owner, null), false, false);
  }

  /**
   * Wraps a direct buffer, such as that of a memory-mapped file, without copying. The file must not
   * be truncated while the vector is in use.
   */
  public static FloatVector readOnly(FloatBuffer floats) {
    if (!floats.isDirect() || floats.order() != ByteOrder.nativeOrder() || floats.position() != 0) {
      throw new IllegalArgumentException(
          "expected a direct buffer in native byte order at position 0: " + floats);
    }
    FloatPointer pointer = floats.limit() == 0 ? new FloatPointer(1) : new FloatPointer(floats);
    return new FloatVector(pointer, floats.limit(), 0, new Memory(floats, null), false, true);
  }

  /**
   * A view of the {@code length} floats that start at {@code from}, closed with this vector.
   * Allocates a few objects: create it once, not in every step.
   */
  public FloatVector slice(long from, long length) {
    Objects.checkFromIndexSize(from, length, size);
    FloatPointer start = new FloatPointer(constant().getPointer(from));
    return new FloatVector(start, length, offset + from, memory, true, readOnly);
  }

  public long size() {
    return size;
  }

  /**
   * The memory, for engines; its position must stay 0.
   *
   * @throws IllegalStateException if the vector is read-only or closed
   */
  public FloatPointer pointer() {
    requireWritable();
    return pointer;
  }

  /** The memory, for native code that only reads it. */
  public FloatPointer constant() {
    requireOpen();
    return pointer;
  }

  /**
   * Copies the {@code length} floats that start at {@code from} to {@code into[0..length)}.
   *
   * @throws IllegalStateException if the vector is closed
   */
  public void read(long from, float[] into, int length) {
    requireOpen();
    Objects.checkFromIndexSize(from, length, size);
    if (buffer != null) {
      buffer.get((int) from, into, 0, length);
    } else if (length > 0) {
      pointer.getPointer(from).get(into, 0, length);
    }
    Reference.reachabilityFence(memory);
  }

  /**
   * Copies {@code source[0..length)} to the position {@code to}.
   *
   * @throws IllegalStateException if the vector is read-only or closed
   */
  public void write(long to, float[] source, int length) {
    requireWritable();
    Objects.checkFromIndexSize(to, length, size);
    if (buffer != null) {
      buffer.put((int) to, source, 0, length);
    } else if (length > 0) {
      pointer.getPointer(to).put(source, 0, length);
    }
    Reference.reachabilityFence(memory);
  }

  /** Copies the array to the vector; their lengths must be equal. */
  public void load(float[] values) {
    requireSize(values.length);
    write(0, values, values.length);
  }

  /** Copies the vector to the array; their lengths must be equal. */
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

  /**
   * Closes the vector and its slices, and frees memory that the vector allocated; memory of an
   * engine or a file is left to its owner. Closing a slice does nothing.
   */
  @Override
  public void close() {
    if (!slice) {
      memory.close();
    }
  }

  private void requireOpen() {
    if (memory.closed) {
      throw new IllegalStateException("the vector of " + size + " values is closed");
    }
  }

  private void requireWritable() {
    requireOpen();
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
