package io.centroid.export.verify;

import io.centroid.data.Examples;

/** A model that computes: our own, or one that was written and read back. Not thread-safe. */
public interface Outputs extends AutoCloseable {

  /**
   * The outputs of the examples {@code from..to-1}, row-major: what {@link
   * io.centroid.nn.Learner#predict} gives, or a language model's scores of what follows each token
   * but the last.
   */
  float[] of(Examples examples, int from, int to);

  @Override
  default void close() {}
}
