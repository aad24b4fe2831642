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
}
