package io.centroid.data;

/** Receives the examples that a source reads. The caller may reuse the arrays after each call. */
public interface ExampleSink {

  /**
   * Receives one image.
   *
   * @param key position of the example in its source (record number, or offset of its line);
   *     independent of the cluster
   * @param pixels bytes of the image, channel-major, row-major
   * @param offset index of the first byte
   * @param target class number or regression target; NaN if the source has no targets
   */
  void image(long key, byte[] pixels, int offset, float target);

  /** Receives one row of numbers; {@code key} and {@code target} as for {@link #image}. */
  void row(long key, float[] values, float target);

  /**
   * Receives a span of a long text, which is split into windows of the schema's shape, each with
   * the next token.
   *
   * @param key position of the span in its source
   * @param validation true for the validation set, which the source of a text assigns
   * @param tokens token ids: whole windows and one more id
   * @param length number of ids in use
   */
  void span(long key, boolean validation, int[] tokens, int length);

  /**
   * Receives a short text with its own target; {@code key} and {@code target} as for {@link
   * #image}.
   *
   * @param tokens token ids
   * @param length number of ids in use; at most the shape
   */
  void text(long key, int[] tokens, int length, float target);

  /** Reports that the last text was truncated to the shape. */
  default void truncated() {}
}
