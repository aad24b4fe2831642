package io.centroid.text.bpe;

import java.util.List;
import java.util.Locale;

/**
 * Merges in rank order, with the format of their location for messages.
 *
 * @param file file name for messages
 * @param placeFormat format of a merge's location by its number
 * @param list merges in rank order
 */
public record Merges(String file, String placeFormat, List<Merge> list) {
  /** A merge of two tokens by name; {@code number} is its location in the file. */
  public record Merge(String left, String right, int number) {}

  String place(Merge merge) {
    return String.format(Locale.ROOT, placeFormat, merge.number());
  }
}
