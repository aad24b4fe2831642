package io.centroid.data;

/** Takes examples as a source reads them; the caller may reuse the arrays after each call. */
public interface ExampleSink {

  /**
   * One image.
   *
   * @param key where the example stands in its source (record number, or offset of its line): the
   *     same on any cluster
   * @param pixels holds the image's bytes from {@code offset} on, channel-major, row-major
   * @param target class number or regression target; NaN if the source has no targets
   */
  void image(long key, byte[] pixels, int offset, float target);

  /** One row of numbers; {@code key} and {@code target} as for {@link #image}. */
  void row(long key, float[] values, float target);

  /**
   * A stretch of a long text, to be cut into windows of the schema's shape, each with the token
   * that follows it.
   *
   * @param key where the stretch begins in its source
   * @param validation whether it belongs to the validation set, which a text's source decides
   * @param tokens ids, of which the first {@code length} count: whole windows, and one id more
   */
  void stretch(long key, boolean validation, int[] tokens, int length);

  /**
   * A short text with a target of its own; {@code key} and {@code target} as for {@link #image}.
   *
   * @param tokens ids, of which the first {@code length} count: at most as many as the shape
   */
  void text(long key, int[] tokens, int length, float target);

  /** The last text was longer than the shape, and was cut to it. */
  default void cut() {}
}
