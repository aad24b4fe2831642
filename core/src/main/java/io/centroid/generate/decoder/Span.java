package io.centroid.generate.decoder;

/**
 * New tokens of a text for a decoding pass, which follow those in the text's cache.
 *
 * @param ids token ids of the text
 * @param from index of the first new token in {@code ids}
 * @param count number of new tokens
 * @param scored number of last tokens that get next-token logits
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

  /** Number of tokens that the last token attends to, itself included. */
  int contextLength() {
    return cache.length() + count;
  }
}
