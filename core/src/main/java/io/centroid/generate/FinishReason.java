package io.centroid.generate;

/** Why a text ended. */
public enum FinishReason {
  /** It has as many new tokens as were asked for. */
  LENGTH,
  /** The model gave a token that ends texts; the text does not have it. */
  STOP_TOKEN,
  /** The new text has a string that ends it; the text has the token that completed it. */
  STOP_STRING,
  /** It has as many tokens as the model has positions. */
  CONTEXT
}
