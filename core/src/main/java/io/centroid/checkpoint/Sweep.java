package io.centroid.checkpoint;

import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the leftovers of writers that died or lost their lease. */
final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  private final Storage storage;
  private final Path root;

  Sweep(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
  }

  /**
   * Removes the hidden folders of fencing tokens below {@code ownToken}, and those of any other
   * token last modified before {@code oldest}. Damaged checkpoints that were moved aside stay until
   * then for inspection.
   */
  void run(long ownToken, Instant oldest) throws IOException {
    for (FileStatus status : storage.list(root)) {
      if (isLeftover(status, ownToken, oldest)) {
        log.debug("removing {}, left behind by an earlier writer", status.getPath());
        // A writer that resumes between its check and its rename must find its folder complete or
        // absent, so the folder is renamed before it is deleted.
        new AtomicDirectory(storage, status.getPath(), Manifest.FILE)
            .remove(StepNames.removed(ownToken, 0));
      }
    }
  }

  private boolean isLeftover(FileStatus status, long ownToken, Instant oldest) throws IOException {
    String name = status.getPath().getName();
    if (StepNames.parseStep(name).isPresent()) {
      return !new AtomicDirectory(storage, status.getPath(), Manifest.FILE).isComplete();
    }
    OptionalLong token = StepNames.parseLeftoverToken(name);
    if (token.isEmpty() || token.getAsLong() == ownToken) {
      return false;
    }
    boolean old = Instant.ofEpochMilli(status.getModificationTime()).isBefore(oldest);
    return old || (token.getAsLong() < ownToken && !StepNames.isDamaged(name));
  }
}
