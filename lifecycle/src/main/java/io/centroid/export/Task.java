package io.centroid.export;

import java.util.Locale;

/** The task of a model, by what it predicts. */
public enum Task {
  /** The probability of each class. */
  CLASSIFICATION,
  /** A number. */
  REGRESSION,
  /** The logits of the next token after each token. */
  LANGUAGE;

  /** The spelling in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
