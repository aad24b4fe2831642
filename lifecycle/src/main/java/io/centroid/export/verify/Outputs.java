package io.centroid.export.verify;

import io.centroid.data.Examples;

/** Computes a model's outputs, of the trained model or of an export. Not thread-safe. */
public interface Outputs extends AutoCloseable {

  /**
   * The outputs of the examples {@code from..to-1}, row-major: the predictions of {@link
   * io.centroid.nn.Learner#predict}, or a language model's logits of the next token after each
   * token but the last.
   */
  float[] of(Examples examples, int from, int to);

  @Override
  default void close() {}
}
