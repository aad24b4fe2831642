package io.centroid.generate.decoder;

/**
 * Tokens of one text that a pass takes, behind those in the text's cache.
 *
 * @param ids holds the tokens from {@code from} on
 * @param scored of how many of the last of them it is wanted what may follow
 */
public record Span(KeyValueCache cache, int[] ids, int from, int count, int scored) {

  public Span {
    if (scored < 0 || scored > count) {
      throw new IllegalArgumentException(scored + " tokens to score of " + count);
    }
    if (count < 1 || cache.length() + count > cache.capacity()) {
      throw new IllegalArgumentException(
          count + " tokens after " + cache.length() + " of " + cache.capacity());
    }
  }

  /** Tokens that the last one sees, itself included. */
  int seen() {
    return cache.length() + count;
  }
}
