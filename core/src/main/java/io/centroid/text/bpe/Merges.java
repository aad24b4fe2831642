package io.centroid.text.bpe;

import java.util.List;

/**
 * Merges in the order of their ranks, and what to call the place of one in its file.
 *
 * @param placeFormat makes such a name of a number
 */
public record Merges(String file, String placeFormat, List<Merge> list) {
  /** Two tokens, by name, that become one; {@code number} is its place in the file. */
  public record Merge(String left, String right, int number) {}

  String place(Merge merge) {
    return placeFormat.formatted(merge.number());
  }
}
