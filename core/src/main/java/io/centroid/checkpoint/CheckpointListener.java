package io.centroid.checkpoint;

import org.apache.hadoop.fs.Path;

/** Told of what a reader of checkpoints had to pass over, so that a command can say so. */
@FunctionalInterface
public interface CheckpointListener {
  /** Tells no one; the warning in the log remains. */
  CheckpointListener NONE = (checkpoint, reason) -> {};

  /**
   * A checkpoint was passed over for an older one.
   *
   * @param reason one line that names the file, what was expected and what was found
   */
  void passedOver(Path checkpoint, String reason);
}
