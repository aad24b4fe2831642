package io.centroid.export;

import org.apache.hadoop.fs.Path;

/** Receives the progress of an export on the caller's thread. */
public interface ExportListener {
  ExportListener NONE = new ExportListener() {};

  /** Called with a message for the user, such as the current step. */
  default void onNote(String note) {}

  /**
   * Called when all files are written to a hidden folder, before they are verified and published.
   *
   * @param folder the hidden folder
   */
  default void onWritten(Path folder) {}

  /** Called when {@code done} of the examples are compared. */
  default void onCompared(int done, int examples) {}
}
