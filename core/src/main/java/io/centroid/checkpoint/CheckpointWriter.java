package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Sha256;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of a run's checkpoints, from {@link CheckpointStore#writer}. A save publishes the
 * checkpoint atomically or leaves the earlier ones unchanged. Not thread-safe: {@link AsyncSaver}
 * runs one save at a time. Closing it releases the lease.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

  private final CheckpointStore store;
  private final Storage storage;
  private final WriterLease lease;
  private final Commit commit;
  private final Retention retention;
  private final Clock clock;

  CheckpointWriter(
      CheckpointStore store,
      Storage storage,
      WriterLease lease,
      Commit commit,
      Retention retention,
      Clock clock) {
    this.store = store;
    this.storage = storage;
    this.lease = lease;
    this.commit = commit;
    this.retention = retention;
    this.clock = clock;
  }

  /** The lease under which this writer commits. */
  public WriterLease lease() {
    return lease;
  }

  /** Begins the checkpoint of a step: tasks write files of their own before it is saved. */
  public Draft begin(long step) throws IOException {
    return commit.begin(step);
  }

  /** A hidden folder for files of tasks which are read until it is discarded, and never saved. */
  public Draft scratch(long step) throws IOException {
    return commit.scratch(step);
  }

  /** As {@link #save(Draft, Snapshot, List, List, Map)}, without files of tasks. */
  public StoredCheckpoint save(
      Snapshot snapshot,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    Draft draft = begin(snapshot.step());
    StoredCheckpoint saved;
    try {
      saved = save(draft, snapshot, parameters, state, attachments);
    } catch (IOException | RuntimeException e) {
      draft.discard();
      throw e;
    }
    draft.discard(); // The step may have been there already.
    return saved;
  }

  /**
   * Commits a checkpoint, then removes those that the retention no longer keeps. An existing step
   * with the same parameters stays unchanged, so a save can be retried; one that does not verify is
   * replaced. The draft's files stay readable, whatever happens.
   *
   * @param parameters tensors of the snapshot's layout, in its order
   * @param state state of the optimizers that all workers share; may be empty
   * @param attachments contents of other files by plain name; may be empty
   * @throws LeaseLostException if another writer took over the lease: this one must stop
   * @throws InputException if the step exists with other parameters
   */
  public StoredCheckpoint save(
      Draft draft,
      Snapshot snapshot,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    requireLayout(snapshot.layout(), parameters);
    long step = snapshot.step();
    lease.check();
    if (isCommitted(step, parameters)) {
      commit.found(step);
    } else {
      commit(draft, snapshot, parameters, state, attachments);
    }
    StoredCheckpoint saved = StoredCheckpoint.at(storage, commit.target(step));
    lease.check();
    removeSurplus(step);
    return saved;
  }

  private void commit(
      Draft draft,
      Snapshot snapshot,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      commit.run(
          draft,
          parameters,
          state,
          attachments,
          files ->
              new Manifest(
                  snapshot, lease.fencingToken(), now, files, draft.cipher().encryption()));
    } catch (IOException e) {
      lease.check(); // A new writer may have removed our files: report the lost lease instead.
      if (e instanceof FileAlreadyExistsException && isCommitted(snapshot.step(), parameters)) {
        // An earlier writer had passed its check before we took over; its step is bitwise
        // identical.
        log.info("{} was committed by an earlier writer", commit.target(snapshot.step()));
        commit.found(snapshot.step());
        return;
      }
      throw draft.failure(e);
    }
  }

  private boolean isCommitted(long step, List<TensorSlice> parameters) throws IOException {
    Path target = commit.target(step);
    if (!commit.exists(step)) {
      return false;
    }
    StoredCheckpoint existing;
    try {
      existing = StoredCheckpoint.at(storage, target);
      existing.verify();
    } catch (InputException e) {
      commit.clearDamaged(step);
      return false;
    } catch (IOException e) {
      if (!commit.keepsDamaged()) {
        throw e;
      }
      commit.clearDamaged(step);
      return false;
    }
    String found = existing.parametersSha256();
    String expected = sha256(parameters);
    if (!found.equals(expected)) {
      throw InputErrors.of(
          existing.path().toString(),
          "the step exists with other parameters: SHA-256",
          expected + " (this run)",
          found + " (step " + step + " on disk)");
    }
    return true;
  }

  /** A failed cleanup does not fail a committed save. */
  private void removeSurplus(long savedStep) {
    try {
      List<Manifest> listed =
          store
              .listUnverified((folder, reason) -> log.debug("invalid: {}", folder, reason))
              .stream()
              .map(StoredCheckpoint::manifest)
              .toList();
      Set<Long> kept = retention.kept(listed);
      for (Path folder : store.folders()) {
        OptionalLong step = StepNames.parseStep(folder.getName());
        if (step.isPresent() && step.getAsLong() < savedStep && !kept.contains(step.getAsLong())) {
          commit.remove(step.getAsLong());
        }
      }
    } catch (IOException e) {
      log.warn("cannot remove old checkpoints under {}: {}", store.root(), e.toString());
    }
  }

  @Override
  public void close() {
    lease.close();
  }

  private static void requireLayout(List<LayoutTensor> layout, List<TensorSlice> parameters) {
    boolean same = layout.size() == parameters.size();
    for (int i = 0; same && i < layout.size(); i++) {
      same =
          layout.get(i).name().equals(parameters.get(i).name())
              && layout.get(i).shape().equals(parameters.get(i).shape());
    }
    if (!same) {
      throw new IllegalArgumentException("the parameters are not the tensors of the layout");
    }
  }

  private static String sha256(List<TensorSlice> tensors) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      SafetensorsWriter.write(out, tensors, Map.of());
    }
    return Sha256.hex(digest);
  }
}
