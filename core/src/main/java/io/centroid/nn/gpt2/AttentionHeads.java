package io.centroid.nn.gpt2;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;

/** One head's queries, keys and values of a text: (time, head width) parts of a wider matrix. */
record AttentionHeads(Matrix query, Matrix key, Matrix value) {

  /**
   * The parts of a matrix (tokens, 3 * width).
   *
   * @param firstRow the text's first token
   */
  AttentionHeads(Gpt2Config config, FloatVector queries, int firstRow, int head) {
    this(
        part(config, queries, firstRow, head, 0),
        part(config, queries, firstRow, head, 1),
        part(config, queries, firstRow, head, 2));
  }

  private static Matrix part(
      Gpt2Config config, FloatVector queries, int firstRow, int head, int which) {
    int stride = 3 * config.width();
    long column = (long) which * config.width() + (long) head * config.headWidth();
    return new Matrix(queries, (long) firstRow * stride + column, stride);
  }
}
