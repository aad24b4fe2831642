package io.centroid.retrain;

import io.centroid.io.Json;

/** How an attempt ended. */
public enum Outcome {
  /** There was nothing new, and so no attempt. */
  NOTHING_NEW,
  /** The new data is not far enough from the champion's; it waits for more. */
  WAITING,
  /** The challenger is the champion now. */
  PROMOTED,
  /** The challenger brought no gain that the rule would see. Its data stays. */
  NO_GAIN,
  /** The challenger was worse: certainly, or on a class. */
  WORSE,
  /** The new data is too far from the champion's; nothing was trained. */
  VETOED,
  /** Training left the finite numbers. */
  DIVERGED,
  /** Somebody moved the champion's alias meanwhile; the data stays new. */
  OVERTAKEN,
  /** The configuration was changed before the attempt was finished; the data stays new. */
  ABANDONED;

  /** As files and scripts have it. */
  public String key() {
    return Json.spelling(this);
  }

  /** Whether the data was judged, well or badly. */
  boolean judgesData() {
    return switch (this) {
      case PROMOTED, NO_GAIN, WORSE, VETOED, DIVERGED -> true;
      case NOTHING_NEW, WAITING, OVERTAKEN, ABANDONED -> false;
    };
  }

  /** Whether there is a challenger that was compared. */
  boolean hasChallenger() {
    return this == PROMOTED || this == NO_GAIN || this == WORSE;
  }
}
