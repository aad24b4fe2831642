package io.centroid.retrain;

import java.io.IOException;
import java.util.Locale;

/**
 * The phases of an attempt. Each phase is saved before the next begins, and the work between two
 * phases is idempotent, so an interrupted attempt can resume.
 */
public enum Phase {
  /** New data was found and the training data is fixed. */
  PLANNED,
  /** The drift of the new data is measured. */
  MEASURED,
  /** The challenger is trained. */
  TRAINED,
  /** Champion and challenger are compared, and the outcome is fixed. */
  COMPARED,
  /** A challenger to be promoted is exported, and its exports are verified. */
  EXPORTED,
  /** The challenger is registered as a version. */
  REGISTERED,
  /** The aliases are moved. */
  MOVED,
  /** The new data is recorded in the watermark. */
  RECORDED,
  /** The report is written and temporary files are deleted. */
  DONE;

  /** The spelling in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Called after each phase is saved; an attempt that stops there can resume. */
  public interface Observer {
    Observer NONE = phase -> {};

    void completed(Phase phase) throws IOException;
  }
}
