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

/** Removes what writers that died or were overtaken left under {@code checkpoints}. */
final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  private final Storage storage;
  private final Path root;

  Sweep(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
  }

  /**
   * Removes the hidden folders of epochs before {@code ownEpoch}, and those of any other epoch that
   * were last changed before {@code oldest}; damaged checkpoints that were moved aside stay until
   * then for someone to look at.
   */
  void run(long ownEpoch, Instant oldest) throws IOException {
    for (FileStatus status : storage.list(root)) {
      if (isLeftover(status, ownEpoch, oldest)) {
        log.info("removing {}, left behind by an earlier writer", status.getPath());
        // A writer that wakes up between its check and its rename must find all of its folder or
        // nothing: so the folder's name is taken away first.
        new AtomicDirectory(storage, status.getPath(), Manifest.FILE)
            .remove(StepNames.removed(ownEpoch, 0));
      }
    }
  }

  private boolean isLeftover(FileStatus status, long ownEpoch, Instant oldest) throws IOException {
    String name = status.getPath().getName();
    if (StepNames.parseStep(name).isPresent()) {
      return !new AtomicDirectory(storage, status.getPath(), Manifest.FILE).isComplete();
    }
    OptionalLong epoch = StepNames.parseLeftoverEpoch(name);
    if (epoch.isEmpty() || epoch.getAsLong() == ownEpoch) {
      return false;
    }
    boolean old = Instant.ofEpochMilli(status.getModificationTime()).isBefore(oldest);
    return old || (epoch.getAsLong() < ownEpoch && !StepNames.isDamaged(name));
  }
}
