package io.centroid.bench.gpt2;

import java.util.Locale;

/**
 * The sizes of a GPT-2.
 *
 * @param width a multiple of {@code heads}
 * @param positions 4 or more
 */
public record Gpt2Shape(int layers, int heads, int width, int positions, int vocabulary) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%dx%d of %d, vocabulary %d", layers, width, positions, vocabulary);
  }
}
