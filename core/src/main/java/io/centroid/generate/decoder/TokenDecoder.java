package io.centroid.generate.decoder;

import io.centroid.nn.kernels.FloatVector;
import java.util.List;

/**
 * GPT-2's incremental forward pass with key-value caches, batched over texts without padding. Not
 * thread-safe.
 */
public interface TokenDecoder extends AutoCloseable {
  /** Maximum number of tokens per pass. */
  int ROWS = 256;

  /** Maximum number of tokens per pass that get next-token logits. */
  int SCORED = 16;

  /**
   * Creates an empty cache of this decoder.
   *
   * @param capacity maximum number of tokens, at most the model's positions
   */
  KeyValueCache cache(int capacity);

  /**
   * Runs a forward pass: adds the spans' tokens to their caches, and computes {@link #scores} with
   * a row for each scored token, in the spans' order.
   */
  default void advance(List<Span> spans) {
    int wanted = spans.stream().mapToInt(Span::scored).sum();
    if (wanted > SCORED) {
      throw new IllegalArgumentException(wanted + " tokens to score: expected at most " + SCORED);
    }
    blocks(spans);
    int scored = 0;
    int next = 0;
    for (Span span : spans) {
      next += span.count();
      for (int row = next - span.scored(); row < next; row++) {
        keep(row, scored++);
      }
    }
    if (scored > 0) {
      head(scored);
    }
  }

  /**
   * {@link #advance} without the output head; returns the number of rows in the residual stream.
   */
  int blocks(List<Span> spans);

  /** Selects a row of the residual stream for {@link #head}. */
  void keep(int row, int as);

  /** Computes the logits of the selected rows. */
  void head(int rows);

  /** Next-token logits of the last pass, shape (scored tokens, vocabulary). */
  FloatVector scores();

  @Override
  void close();
}
