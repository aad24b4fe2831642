package io.centroid.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  /** Reports that the last text was empty or white space. */
  default void empty() {}

  /**
   * Numbers of short texts that are not read as a user may expect.
   *
   * @param truncated texts that are longer than the shape, and truncated to it
   * @param empty texts that are empty or white space
   */
  record TextCounts(long truncated, long empty) implements Serializable {
    public static final TextCounts NONE = new TextCounts(0, 0);

    /** The sums of both. */
    public TextCounts plus(TextCounts other) {
      return new TextCounts(truncated + other.truncated, empty + other.empty);
    }

    /**
     * The counts above 0, for the user, in lines.
     *
     * @param block maximum length of a text in tokens
     */
    public List<String> notes(int block) {
      List<String> notes = new ArrayList<>();
      if (truncated > 0) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%,d texts are longer than data.block = %,d tokens and are truncated",
                truncated,
                block));
      }
      if (empty > 0) {
        notes.add(
            empty == 1
                ? "1 text is empty or white space"
                : String.format(Locale.ROOT, "%,d texts are empty or white space", empty));
      }
      return notes;
    }
  }
}
