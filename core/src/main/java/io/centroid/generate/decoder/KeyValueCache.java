package io.centroid.generate.decoder;

import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;

/** Key-value cache of one text. {@link #close} frees its memory. */
public abstract class KeyValueCache implements AutoCloseable {
  private final int capacity;
  private int length;

  /**
   * Creates an empty cache.
   *
   * @param capacity maximum number of tokens, at most the model's positions
   */
  protected KeyValueCache(Gpt2Config config, int capacity) {
    if (capacity < 1 || capacity > config.positions()) {
      throw new InputException(
          "cache capacity must be from 1 to the model's "
              + config.positions()
              + " positions: "
              + capacity);
    }
    this.capacity = capacity;
  }

  /** Number of keys and values of a cache. */
  public static long values(Gpt2Config config, int capacity) {
    return 2L * config.layers() * config.width() * capacity;
  }

  /** Maximum number of tokens. */
  public final int capacity() {
    return capacity;
  }

  /** Number of cached tokens. */
  public final int length() {
    return length;
  }

  /** Removes all tokens. */
  public final void clear() {
    length = 0;
  }

  /** Removes the last tokens. */
  public final void shrink(int tokens) {
    length -= tokens;
  }

  public final void grow(int tokens) {
    length += tokens;
  }

  @Override
  public abstract void close();
}
