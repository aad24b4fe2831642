package io.centroid.generate;

/** Hears of each new token as soon as it is drawn, on the caller's thread. */
@FunctionalInterface
public interface TokenListener {
  TokenListener NONE = (prompt, id) -> {};

  /**
   * A text has a new token.
   *
   * @param prompt number of the text's prompt
   */
  void onToken(int prompt, int id);
}
