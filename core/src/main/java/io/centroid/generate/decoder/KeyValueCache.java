package io.centroid.generate.decoder;

import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;

/**
 * Key-value cache of one text. Holds 2 * layers * width floats per position of its capacity,
 * contiguous per head: 72 KiB per token for GPT-2 small. {@link #close} frees the memory.
 */
public final class KeyValueCache implements AutoCloseable {
  private final int capacity;
  private final int heads;
  private final int headWidth;
  private final FloatVector values;
  private int length;

  /**
   * Creates an empty cache.
   *
   * @param capacity maximum number of tokens, at most the model's positions
   */
  public KeyValueCache(Gpt2Config config, int capacity) {
    if (capacity < 1 || capacity > config.positions()) {
      throw new InputException(
          "cache capacity must be from 1 to the model's "
              + config.positions()
              + " positions: "
              + capacity);
    }
    this.capacity = capacity;
    this.heads = config.heads();
    this.headWidth = config.headWidth();
    this.values = FloatVector.allocate(floats(config, capacity));
  }

  private static long floats(Gpt2Config config, int capacity) {
    return 2L * config.layers() * config.width() * capacity;
  }

  /** Memory of a cache in bytes. */
  public static long bytes(Gpt2Config config, int capacity) {
    return Float.BYTES * floats(config, capacity);
  }

  /** Maximum number of tokens. */
  public int capacity() {
    return capacity;
  }

  /** Number of cached tokens. */
  public int length() {
    return length;
  }

  /** Removes all tokens. */
  public void clear() {
    length = 0;
  }

  /** Removes the last tokens. */
  public void shrink(int tokens) {
    length -= tokens;
  }

  public void grow(int tokens) {
    length += tokens;
  }

  public FloatVector values() {
    return values;
  }

  /** Keys of one head, shape (capacity, headWidth). */
  Matrix keys(int layer, int head) {
    return Matrix.at(values, at(2 * layer, head), headWidth);
  }

  /** Values of one head, shape (capacity, headWidth). */
  public Matrix values(int layer, int head) {
    return Matrix.at(values, at(2 * layer + 1, head), headWidth);
  }

  @Override
  public void close() {
    values.close();
  }

  private long at(int part, int head) {
    return ((long) part * heads + head) * capacity * headWidth;
  }
}
