package io.centroid.generate;

/**
 * A text that has ended.
 *
 * @param ids its tokens, the prompt's first; without a token that ended it
 * @param promptTokens how many of them are the prompt's; 1 for an empty prompt, which starts from
 *     the end-of-text token
 * @param prefillMillis from its turn to its first new token
 * @param millisPerToken mean of the steps after that; 0 if there was none. Texts that are generated
 *     together share the time.
 */
public record Generation(
    int[] ids, int promptTokens, FinishReason finish, double prefillMillis, double millisPerToken) {

  /** Tokens that were drawn and kept. */
  public int newTokens() {
    return ids.length - promptTokens;
  }

  /** Of the steps after the first new token; 0 if there was none. */
  public double tokensPerSecond() {
    return millisPerToken == 0 ? 0 : 1000 / millisPerToken;
  }
}
