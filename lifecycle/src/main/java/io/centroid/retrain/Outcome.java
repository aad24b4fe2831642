package io.centroid.retrain;

import io.centroid.io.Json;

/** The outcome of a retraining attempt. */
public enum Outcome {
  /** There was no new data, so no attempt was made. */
  NOTHING_NEW,
  /** The drift of the new data is below the start threshold; the data stays new. */
  WAITING,
  /** The challenger became the champion. */
  PROMOTED,
  /**
   * The challenger was neither better nor worse by the rule. Its data stays in the training data.
   */
  NO_GAIN,
  /** The challenger was significantly worse, overall or on a class. */
  WORSE,
  /** The drift of the new data exceeds the veto threshold; nothing was trained. */
  VETOED,
  /** The training diverged: its loss or parameters became NaN or infinite. */
  DIVERGED,
  /**
   * Configuration or data does not allow the training, such as fewer examples than workers; the
   * data stays new.
   */
  FAILED,
  /** Another writer moved the champion's alias meanwhile; the data stays new. */
  ALIAS_CONFLICT,
  /** Configuration or data changed before the attempt was finished; the data stays new. */
  ABANDONED;

  /** The spelling in files and output. */
  public String key() {
    return Json.spelling(this);
  }

  /** Whether the outcome decides about the new data, so that it is no longer new. */
  boolean consumesData() {
    return switch (this) {
      case PROMOTED, NO_GAIN, WORSE, VETOED, DIVERGED -> true;
      case NOTHING_NEW, WAITING, FAILED, ALIAS_CONFLICT, ABANDONED -> false;
    };
  }

  /** Whether a challenger was compared with the champion. */
  boolean hasChallenger() {
    return this == PROMOTED || this == NO_GAIN || this == WORSE;
  }
}
