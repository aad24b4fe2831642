package io.centroid.checkpoint;

import org.apache.hadoop.fs.Path;
import org.slf4j.LoggerFactory;

/** Receives the checkpoints that a reader skips, so that a command can report them. */
@FunctionalInterface
public interface CheckpointListener {
  /** Logs a warning. */
  CheckpointListener LOGGED =
      (checkpoint, reason) ->
          LoggerFactory.getLogger(CheckpointStore.class)
              .warn("skipped checkpoint {}: {}", checkpoint, reason);

  /**
   * Called when a checkpoint is skipped for an older one.
   *
   * @param reason one line that names the file, the expected value and the value found
   */
  void skipped(Path checkpoint, String reason);
}
