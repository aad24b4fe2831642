package io.centroid.checkpoint;

/**
 * Where in the data the run stands.
 *
 * @param epoch full passes over the data that are finished
 * @param stepInEpoch steps of each worker taken in the current pass
 */
public record Position(long epoch, long stepInEpoch) {
  public Position {
    Snapshot.requireNotNegative("position.epoch", epoch);
    Snapshot.requireNotNegative("position.stepInEpoch", stepInEpoch);
  }
}
