package io.centroid.tracking;

/** How a run ended, in MLflow's words. */
enum RunStatus {
  FINISHED,
  FAILED,
  KILLED
}
