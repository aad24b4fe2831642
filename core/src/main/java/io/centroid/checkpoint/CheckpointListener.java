package io.centroid.checkpoint;

import org.apache.hadoop.fs.Path;
import org.slf4j.LoggerFactory;

/** Told of what a reader of checkpoints had to pass over, so that a command can say so. */
@FunctionalInterface
public interface CheckpointListener {
  /** Warns in the log, for those who have no better place to say it. */
  CheckpointListener LOGGED =
      (checkpoint, reason) ->
          LoggerFactory.getLogger(CheckpointStore.class)
              .warn("passed over checkpoint {}: {}", checkpoint, reason);

  /**
   * A checkpoint was passed over for an older one.
   *
   * @param reason one line that names the file, what was expected and what was found
   */
  void passedOver(Path checkpoint, String reason);
}
