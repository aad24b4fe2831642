package io.centroid.generate;

/** What happens when a text would exceed the model's positions. */
public enum ContextOverflow {
  /**
   * The oldest half of what the model sees is dropped, and the newer half computed again from
   * position 0 on; so each token sees at least half a context. Of a longer prompt the model sees
   * the last tokens, as many as it has positions. The text itself keeps all tokens.
   */
  SLIDE,

  /** The text ends when it has as many tokens as positions; a longer prompt is refused. */
  STOP
}
