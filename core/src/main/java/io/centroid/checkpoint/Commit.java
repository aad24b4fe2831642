package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the files of one checkpoint and publishes them atomically. */
final class Commit {
  private static final Logger log = LoggerFactory.getLogger(Commit.class);

  private final Storage storage;
  private final Path root;
  private final WriterLease lease;
  private final LongConsumer published;
  private final CommitStep.Observer observer;

  Commit(
      Storage storage,
      Path root,
      WriterLease lease,
      LongConsumer published,
      CommitStep.Observer observer) {
    this.storage = storage;
    this.root = root;
    this.lease = lease;
    this.published = published;
    this.observer = observer;
  }

  /** Folder of a step's committed checkpoint. */
  Path target(long step) {
    return HadoopPath.child(root, StepNames.step(step));
  }

  /**
   * Commits a checkpoint whose folder does not exist.
   *
   * @throws FileAlreadyExistsException if another writer committed the step meanwhile
   * @throws LeaseLostException if another writer holds the lease
   */
  void run(
      long step,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments,
      Function<Map<String, StoredFile>, Manifest> manifest)
      throws IOException {
    AtomicDirectory directory =
        directory(
            step,
            change ->
                lease.whileHeld(
                    () -> {
                      change.apply();
                      published.accept(step);
                    }));
    Path written = directory.begin(StepNames.inProgress(lease.fencingToken(), step));
    try {
      byte[] json = manifest.apply(writeFiles(written, parameters, state, attachments)).toJson();
      directory.mark(written, json);
      observer.passed(CommitStep.AFTER_MANIFEST);
      directory.publish(written);
    } catch (IOException | RuntimeException e) {
      directory.discard(written);
      throw e;
    }
    observer.passed(CommitStep.AFTER_RENAME);
  }

  /** The checkpoint is there already, as this writer would have published it. */
  void found(long step) throws IOException {
    lease.whileHeld(() -> published.accept(step));
  }

  /** Hides a checkpoint atomically, so that no reader sees a part of it, then deletes it. */
  void remove(long step) throws IOException {
    directory(step).remove(StepNames.removed(lease.fencingToken(), step));
  }

  /** Whether {@link #clearDamaged} moves a folder aside instead of deleting it. */
  boolean keepsDamaged() {
    return storage.protocol().renames();
  }

  /** Moves a step's folder that does not verify aside, or deletes it. */
  void clearDamaged(long step) throws IOException {
    String aside = StepNames.damaged(lease.fencingToken(), step);
    if (directory(step).moveAside(aside)) {
      log.warn("moved {}, which does not verify, to {}", target(step), aside);
    } else {
      remove(step);
    }
  }

  private AtomicDirectory directory(long step) {
    return directory(step, lease::whileHeld);
  }

  private AtomicDirectory directory(long step, AtomicDirectory.Guard guard) {
    return new AtomicDirectory(storage, target(step), Manifest.FILE, guard);
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
              HadoopPath.child(folder, attachment.getKey()),
              out -> out.write(attachment.getValue())));
    }
    observer.passed(CommitStep.AFTER_FILES);
    return files;
  }
}
