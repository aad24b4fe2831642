package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;

/**
 * Views of one attention head's queries, keys and values for a text, shape (sequenceLength,
 * headWidth) each.
 */
record AttentionHeads(Matrix query, Matrix key, Matrix value) {

  /**
   * Creates views of a matrix of shape (tokens, 3 * width).
   *
   * @param firstRow row of the text's first token
   */
  AttentionHeads(Gpt2Config config, FloatVector qkv, int firstRow, int head) {
    this(
        part(config, qkv, firstRow, head, 0),
        part(config, qkv, firstRow, head, 1),
        part(config, qkv, firstRow, head, 2));
  }

  private static Matrix part(
      Gpt2Config config, FloatVector qkv, int firstRow, int head, int which) {
    int stride = 3 * config.width();
    long column = (long) which * config.width() + (long) head * config.headWidth();
    return new Matrix(qkv, (long) firstRow * stride + column, stride);
  }
}
