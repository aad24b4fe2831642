package io.centroid.export;

import org.apache.hadoop.fs.Path;

/** Hears how an export goes on, on the caller's thread. */
public interface ExportListener {
  ExportListener NONE = new ExportListener() {};

  /** What is being done now, or what a user should know. */
  default void onNote(String note) {}

  /**
   * All files are in a hidden folder; they are compared next, and get their name after that.
   *
   * @param folder where they are
   */
  default void onWritten(Path folder) {}

  /** So many of the examples are compared. */
  default void onCompared(int done, int examples) {}
}
