package io.centroid.generate;

/** Reason why generation of a text stopped. */
public enum FinishReason {
  /** The maximum number of new tokens was reached. */
  LENGTH,
  /** A stop token was sampled; it is not part of the text. */
  STOP_TOKEN,
  /** A stop string was completed; it is part of the text. */
  STOP_STRING,
  /** The context was full. */
  CONTEXT
}
