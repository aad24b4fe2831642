package io.centroid.generate;

/**
 * A generated text.
 *
 * @param ids token ids of prompt and new text, without a stop token
 * @param promptTokens number of prompt tokens; 1 for an empty prompt, which starts from the
 *     end-of-text token
 * @param finish reason why generation stopped
 * @param prefillMillis time to the first new token
 * @param millisPerToken mean time per token after the first; 0 if there was none. Texts of a batch
 *     share the time.
 */
public record Generation(
    int[] ids, int promptTokens, FinishReason finish, double prefillMillis, double millisPerToken) {

  /** Number of generated tokens. */
  public int newTokens() {
    return ids.length - promptTokens;
  }

  /** Tokens per second after the first new token; 0 if there was none. */
  public double tokensPerSecond() {
    return millisPerToken == 0 ? 0 : 1000 / millisPerToken;
  }
}
