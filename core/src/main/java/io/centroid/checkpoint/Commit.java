package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.encryption.CheckpointCipher;
import io.centroid.encryption.ManifestSigner;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
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
  private final LongFunction<CheckpointCipher> ciphers;
  private final Optional<ManifestSigner> signer;

  Commit(
      Storage storage,
      Path root,
      WriterLease lease,
      LongConsumer published,
      CommitStep.Observer observer,
      LongFunction<CheckpointCipher> ciphers,
      Optional<ManifestSigner> signer) {
    this.storage = storage;
    this.root = root;
    this.lease = lease;
    this.published = published;
    this.observer = observer;
    this.ciphers = ciphers;
    this.signer = signer;
  }

  /** Folder of a step's committed checkpoint. */
  Path target(long step) {
    return HadoopPath.child(root, StepNames.step(step));
  }

  /** Creates the folder of a checkpoint that is to be written. */
  Draft begin(long step) throws IOException {
    lease.check();
    AtomicDirectory directory =
        directory(
            step,
            change ->
                lease.whileHeld(
                    () -> {
                      change.apply();
                      published.accept(step);
                    }));
    String hidden = StepNames.inProgress(lease.fencingToken(), step);
    if (directory.isComplete()) {
      // Without renames files are written in place, but not into a checkpoint that is there
      // already.
      return created(new Draft(directory, HadoopPath.child(root, hidden), ciphers.apply(step)));
    }
    if (storage.exists(directory.target())) {
      remove(step); // Left behind by a failed save.
    }
    return created(new Draft(directory, directory.begin(hidden), ciphers.apply(step)));
  }

  /** Creates a folder that is never published. */
  Draft scratch(long step) throws IOException {
    String hidden = StepNames.inProgress(lease.fencingToken(), step);
    return created(new Draft(directory(step), HadoopPath.child(root, hidden), ciphers.apply(step)));
  }

  private Draft created(Draft draft) throws IOException {
    try {
      storage.createFolder(draft.folder());
      return draft;
    } catch (IOException e) {
      lease.check();
      throw draft.failure(e);
    }
  }

  /**
   * Commits a checkpoint whose folder does not exist. After a failure its files stay.
   *
   * @throws FileAlreadyExistsException if another writer committed the step meanwhile
   * @throws LeaseLostException if another writer holds the lease
   */
  void run(
      Draft draft,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments,
      Function<Map<String, StoredFile>, Manifest> manifest)
      throws IOException {
    writeFiles(draft, parameters, state, attachments);
    byte[] json = manifest.apply(draft.files()).toJson();
    if (signer.isPresent()) {
      // Before the manifest, which marks the checkpoint as complete.
      signer.get().sign(storage, HadoopPath.child(draft.folder(), Manifest.FILE), json);
    }
    draft.directory().mark(draft.folder(), json);
    observer.passed(CommitStep.AFTER_MANIFEST);
    draft.publish();
    observer.passed(CommitStep.AFTER_RENAME);
  }

  /** Whether a step has a folder that is committed, or was. */
  boolean exists(long step) throws IOException {
    return storage.exists(target(step)) && directory(step).isComplete();
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

  private void writeFiles(
      Draft draft,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    removeUnfinished(draft);
    write(
        draft, Manifest.PARAMETERS_FILE, out -> SafetensorsWriter.write(out, parameters, Map.of()));
    write(draft, Manifest.STATE_FILE, out -> SafetensorsWriter.write(out, state, Map.of()));
    for (Map.Entry<String, byte[]> attachment : attachments.entrySet()) {
      write(draft, attachment.getKey(), out -> out.write(attachment.getValue()));
    }
    observer.passed(CommitStep.AFTER_FILES);
  }

  /** Checks that the files of tasks are there, and removes those of tasks that were killed. */
  private void removeUnfinished(Draft draft) throws IOException {
    if (draft.files().isEmpty()) {
      return;
    }
    Set<String> missing = new TreeSet<>(draft.files().keySet());
    for (FileStatus status : storage.list(draft.folder())) {
      String name = status.getPath().getName();
      if (!missing.remove(name) && name.startsWith(AtomicDirectory.IN_PROGRESS)) {
        storage.delete(status.getPath());
      }
    }
    if (!missing.isEmpty()) {
      throw new FileNotFoundException(
          HadoopPath.child(draft.folder(), missing.iterator().next())
              + ": missing, although its worker has written it");
    }
  }

  private void write(Draft draft, String name, Storage.Content content) throws IOException {
    Storage.Content stored = draft.cipher().files().encrypting(name, content);
    draft.add(name, storage.write(HadoopPath.child(draft.folder(), name), stored));
  }
}
