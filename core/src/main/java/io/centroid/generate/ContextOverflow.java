package io.centroid.generate;

/** Handling of texts that exceed the model's context length. */
public enum ContextOverflow {
  /**
   * Sliding context: the older half of the context is dropped, and the newer half is recomputed
   * from position 0, so that each token sees at least half a context. A longer prompt is truncated
   * to its last tokens. The generated text keeps all tokens.
   */
  SLIDE,

  /** Generation stops when the context is full; a longer prompt is an error. */
  STOP
}
