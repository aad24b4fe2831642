package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;

/**
 * Key-value cache of {@link Gpt2Decoder}. Holds 2 * layers * width floats per position of its
 * capacity, contiguous per head: 72 KiB per token for GPT-2 small.
 */
final class FloatCache extends KeyValueCache {
  private final int heads;
  private final int headWidth;
  private final FloatVector values;

  FloatCache(Gpt2Config config, int capacity) {
    super(config, capacity);
    this.heads = config.heads();
    this.headWidth = config.headWidth();
    this.values = FloatVector.allocate(values(config, capacity));
  }

  /** Keys of one head, shape (capacity, headWidth). */
  Matrix keys(int layer, int head) {
    return Matrix.at(values, at(2 * layer, head), headWidth);
  }

  /** Values of one head, shape (capacity, headWidth). */
  Matrix values(int layer, int head) {
    return Matrix.at(values, at(2 * layer + 1, head), headWidth);
  }

  @Override
  public void close() {
    values.close();
  }

  private long at(int part, int head) {
    return ((long) part * heads + head) * capacity() * headWidth;
  }
}
