package io.centroid.tracking;

import org.jspecify.annotations.Nullable;

/** How a run ended, in MLflow's words. */
enum RunStatus {
  FINISHED,
  FAILED,
  KILLED;

  /**
   * What is kept if this is said after another status of the same process: a finished run is
   * finished, whatever ends its process; else the first is the cause, such as a signal that makes
   * the training fail.
   */
  RunStatus after(@Nullable RunStatus before) {
    return before == null || this == FINISHED ? this : before;
  }
}
