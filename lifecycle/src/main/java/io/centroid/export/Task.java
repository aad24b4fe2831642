package io.centroid.export;

import java.util.Locale;

/** What a model answers. */
public enum Task {
  /** A probability for each class. */
  CLASSIFICATION,
  /** A number. */
  REGRESSION,
  /** Scores of the token that follows each token. */
  LANGUAGE;

  /** As files spell it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
