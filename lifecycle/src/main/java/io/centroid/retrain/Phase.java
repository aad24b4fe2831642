package io.centroid.retrain;

import java.io.IOException;
import java.util.Locale;

/**
 * How far an attempt has come. Each is written down before the next begins, and what lies between
 * two can be done again: so a process that died at any point is gone on from.
 */
public enum Phase {
  /** New data was found, and what is to be done with it is fixed. */
  PLANNED,
  /** The drift of the new data is known. */
  MEASURED,
  /** The challenger is trained. */
  TRAINED,
  /** Champion and challenger are compared, and the outcome is fixed. */
  COMPARED,
  /** A challenger that is to be promoted is exported, and its exports are verified. */
  EXPORTED,
  /** The challenger is a version of the registry. */
  REGISTERED,
  /** The champion's alias stands where the outcome says. */
  MOVED,
  /** The watermark tells what became of the new data. */
  NOTED,
  /** The report is written, and what is no longer needed is gone. */
  DONE;

  /** As files have it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Told of each phase when it is written down: an attempt may end there and be gone on with. */
  public interface Observer {
    Observer NONE = phase -> {};

    void passed(Phase phase) throws IOException;
  }
}
