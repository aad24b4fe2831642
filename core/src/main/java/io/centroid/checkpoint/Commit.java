package io.centroid.checkpoint;

import io.centroid.safetensors.SafetensorsWriter;
import io.centroid.safetensors.TensorSlice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the files of one checkpoint and makes them visible at once. */
final class Commit {
  private static final Logger log = LoggerFactory.getLogger(Commit.class);

  private final Storage storage;
  private final Path root;
  private final CommitProtocol protocol;
  private final WriterLease lease;
  private final CommitStep.Observer observer;

  Commit(
      Storage storage,
      Path root,
      CommitProtocol protocol,
      WriterLease lease,
      CommitStep.Observer observer) {
    this.storage = storage;
    this.root = root;
    this.protocol = protocol;
    this.lease = lease;
    this.observer = observer;
  }

  /** Where a step's checkpoint lies once it is committed. */
  Path target(long step) {
    return new Path(root, StepNames.step(step));
  }

  /**
   * Commits a checkpoint whose folder's name is free.
   *
   * @throws FileAlreadyExistsException if another writer committed the step meanwhile
   * @throws OvertakenException if another writer holds the lease
   */
  void run(
      long step,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments,
      Function<Map<String, StoredFile>, Manifest> manifest)
      throws IOException {
    Path target = target(step);
    switch (protocol) {
      case RENAME -> {
        Path hidden = new Path(root, StepNames.inProgress(lease.epoch(), step));
        try {
          byte[] json = manifest.apply(writeFiles(hidden, parameters, state, attachments)).toJson();
          storage.createNew(new Path(hidden, Manifest.FILE), json);
          observer.passed(CommitStep.AFTER_MANIFEST);
          lease.whileHeld(() -> storage.rename(hidden, target));
        } catch (IOException | RuntimeException e) {
          deleteAfter(e, hidden);
          throw e;
        }
        observer.passed(CommitStep.AFTER_RENAME);
      }
      case MANIFEST_LAST -> {
        byte[] json = manifest.apply(writeFiles(target, parameters, state, attachments)).toJson();
        lease.whileHeld(() -> storage.createNew(new Path(target, Manifest.FILE), json));
        observer.passed(CommitStep.AFTER_MANIFEST);
      }
    }
  }

  /** Takes a checkpoint away at once, so that no reader sees half of it, then deletes it. */
  void remove(Path checkpoint, long step) throws IOException {
    switch (protocol) {
      case RENAME -> {
        Path hidden = new Path(root, StepNames.removed(lease.epoch(), step));
        lease.whileHeld(() -> storage.rename(checkpoint, hidden));
        storage.delete(hidden);
      }
      case MANIFEST_LAST -> {
        lease.whileHeld(() -> storage.delete(new Path(checkpoint, Manifest.FILE)));
        storage.delete(checkpoint);
      }
    }
  }

  /** Whether {@link #makeWay} moves a folder aside rather than deleting it. */
  boolean keepsWhatMakesWay() {
    return protocol == CommitProtocol.RENAME;
  }

  /** Clears a step's name of a folder that does not verify. */
  void makeWay(long step) throws IOException {
    switch (protocol) {
      case RENAME -> {
        Path aside = new Path(root, StepNames.damaged(lease.epoch(), step));
        lease.whileHeld(() -> storage.rename(target(step), aside));
        log.warn("moved {}, which does not verify, to {}", target(step), aside);
      }
      case MANIFEST_LAST -> remove(target(step), step);
    }
  }

  private Map<String, StoredFile> writeFiles(
      Path folder,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    Map<String, StoredFile> files = new LinkedHashMap<>();
    storage.createFolder(folder);
    files.put(
        Manifest.PARAMETERS_FILE,
        storage.write(
            new Path(folder, Manifest.PARAMETERS_FILE),
            out -> SafetensorsWriter.write(out, parameters, Map.of())));
    files.put(
        Manifest.STATE_FILE,
        storage.write(
            new Path(folder, Manifest.STATE_FILE),
            out -> SafetensorsWriter.write(out, state, Map.of())));
    for (Map.Entry<String, byte[]> attachment : attachments.entrySet()) {
      files.put(
          attachment.getKey(),
          storage.write(
              new Path(folder, attachment.getKey()), out -> out.write(attachment.getValue())));
    }
    observer.passed(CommitStep.AFTER_FILES);
    return files;
  }

  private void deleteAfter(Exception failure, Path folder) {
    try {
      storage.delete(folder);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
