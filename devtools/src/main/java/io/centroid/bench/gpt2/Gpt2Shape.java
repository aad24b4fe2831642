package io.centroid.bench.gpt2;

import java.util.Locale;

/**
 * Dimensions of a GPT-2 model.
 *
 * @param layers number of transformer blocks
 * @param heads number of attention heads
 * @param width embedding width, a multiple of {@code heads}
 * @param positions maximum sequence length, at least 4
 * @param vocabulary number of tokens in the vocabulary
 */
public record Gpt2Shape(int layers, int heads, int width, int positions, int vocabulary) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%dx%d of %d, vocabulary %d", layers, width, positions, vocabulary);
  }
}
