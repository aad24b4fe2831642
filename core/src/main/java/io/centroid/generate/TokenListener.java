package io.centroid.generate;

/** Listener for new tokens, called on the caller's thread as soon as a token is sampled. */
@FunctionalInterface
public interface TokenListener {
  TokenListener NONE = (prompt, id) -> {};

  /**
   * Called for a new token.
   *
   * @param prompt index of the text's prompt
   * @param id token id
   */
  void onToken(int prompt, int id);
}
