package io.centroid.checkpoint;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.StorageFault;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorSlice;
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
 * The one writer of a run's checkpoints, from {@link CheckpointStore#writer}. A save either commits
 * the whole checkpoint or leaves the earlier ones as they were. Not thread-safe: one save at a
 * time, as {@link AsyncSaver} sees to. Closing it releases the run for the next writer.
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

  /** The lease under which this writer commits; to be checked where else it matters. */
  public WriterLease lease() {
    return lease;
  }

  /**
   * Commits a checkpoint, then removes what the retention no longer keeps. A step that is already
   * there with the same parameters is left as it is, so a save can be repeated; one that does not
   * verify is replaced.
   *
   * @param parameters the tensors of the snapshot's layout, in its order
   * @param state the optimizers' state; may be empty
   * @param attachments other files by their plain names; may be empty
   * @throws LeaseLostException if another writer took over: this one must stop
   * @throws InputException if the step is there with other parameters
   */
  public StoredCheckpoint save(
      Snapshot snapshot,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    requireLayout(snapshot.layout(), parameters);
    long step = snapshot.step();
    lease.check();
    if (!isCommitted(step, parameters)) {
      commit(snapshot, parameters, state, attachments);
    }
    StoredCheckpoint saved = StoredCheckpoint.at(storage, commit.target(step));
    lease.check();
    removeSurplus(step);
    return saved;
  }

  private void commit(
      Snapshot snapshot,
      List<TensorSlice> parameters,
      List<TensorSlice> state,
      Map<String, byte[]> attachments)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      commit.run(
          snapshot.step(),
          parameters,
          state,
          attachments,
          files -> new Manifest(snapshot, lease.epoch(), now, files));
    } catch (IOException e) {
      lease.check(); // A writer that took over sweeps our files: say that, not what we stumbled on.
      if (e instanceof FileAlreadyExistsException && isCommitted(snapshot.step(), parameters)) {
        // A writer that we overtook had passed its check before: the same step, the same bits.
        log.info("{} was committed by an earlier writer", commit.target(snapshot.step()));
        return;
      }
      throw new IOException(
          "cannot commit checkpoint "
              + commit.target(snapshot.step())
              + ": "
              + StorageFault.reason(e),
          e);
    }
  }

  private boolean isCommitted(long step, List<TensorSlice> parameters) throws IOException {
    Path target = commit.target(step);
    if (!storage.exists(target)) {
      return false;
    }
    StoredCheckpoint existing;
    try {
      existing = StoredCheckpoint.at(storage, target);
      existing.verify();
    } catch (InputException e) {
      commit.makeWay(step);
      return false;
    } catch (IOException e) {
      if (!commit.keepsWhatMakesWay()) {
        throw e;
      }
      commit.makeWay(step);
      return false;
    }
    String found = existing.manifest().parametersFileSha256();
    String expected = sha256(parameters);
    if (!found.equals(expected)) {
      throw InputErrors.of(
          existing.path().toString(),
          "is there with other parameters: SHA-256",
          expected + " (this run)",
          found + " (step " + step + " on disk)");
    }
    return true;
  }

  /** Failing to tidy up must not fail a save that is committed. */
  private void removeSurplus(long savedStep) {
    try {
      List<Manifest> intact =
          store.intact((folder, reason) -> log.debug("not intact: {}", folder, reason)).stream()
              .map(StoredCheckpoint::manifest)
              .toList();
      Set<Long> kept = retention.kept(intact);
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
