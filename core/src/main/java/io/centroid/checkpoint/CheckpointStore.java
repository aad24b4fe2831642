package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseFolder;
import io.centroid.checkpoint.lease.LeaseHeldException;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.ProcessTable;
import io.centroid.checkpoint.lease.Stopwatch;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.encryption.CheckpointCipher;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyCheck;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run, {@code <run.dir>/checkpoints}, on any Hadoop file system. Reading
 * takes no lock and uses no pointer file: a reader takes the highest step whose manifest verifies
 * and reports the checkpoints that it skips. Thread-safe.
 */
public final class CheckpointStore {
  /** Name of the folder under the run's folder. */
  public static final String FOLDER = "checkpoints";

  /** Age after which a leftover folder of any writer is removed. */
  public static final Duration SWEEP_AGE = Duration.ofDays(1);

  private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);

  private final Storage storage;
  private final Path root;
  private final CheckpointListener listener;

  private CheckpointStore(Storage storage, Path root, CheckpointListener listener) {
    this.storage = storage;
    this.root = root;
    this.listener = listener;
  }

  /** The store of a run's folder, with the commit protocol of its file system. Creates nothing. */
  public static CheckpointStore of(
      Path runDir, Configuration configuration, CheckpointListener listener) throws IOException {
    return of(runDir, Storage.of(runDir, configuration), listener);
  }

  /** The store of a run's folder with an explicit commit protocol. */
  public static CheckpointStore of(
      Path runDir,
      Configuration configuration,
      CommitProtocol protocol,
      CheckpointListener listener)
      throws IOException {
    return of(runDir, Storage.of(runDir, configuration, protocol), listener);
  }

  private static CheckpointStore of(Path runDir, Storage storage, CheckpointListener listener) {
    Path root = storage.qualified(new Path(runDir, FOLDER));
    return new CheckpointStore(storage, root, listener);
  }

  /** Whether a folder has a manifest, so that {@link #openVerified} accepts it. */
  public static boolean isCheckpoint(Path folder, Configuration configuration) throws IOException {
    return Storage.of(folder, configuration).exists(new Path(folder, Manifest.FILE));
  }

  /**
   * Opens the checkpoint in a folder and verifies every file.
   *
   * @throws InputException if the folder is not a checkpoint or does not verify
   */
  public static StoredCheckpoint openVerified(Path checkpoint, Configuration configuration)
      throws IOException {
    StoredCheckpoint opened =
        StoredCheckpoint.at(Storage.of(checkpoint, configuration), checkpoint);
    opened.verify();
    return opened;
  }

  /**
   * Opens the checkpoint in a folder: checks the manifest and the length of each file, without
   * reading their content.
   *
   * @throws InputException if the folder is not a checkpoint
   */
  public static StoredCheckpoint openUnverified(Path checkpoint, Configuration configuration)
      throws IOException {
    return StoredCheckpoint.at(Storage.of(checkpoint, configuration), checkpoint);
  }

  /** Reads the checkpoint in a folder into memory, once, and verifies it on the way. */
  public static LoadedCheckpoint load(Path checkpoint, Configuration configuration)
      throws IOException {
    return openUnverified(checkpoint, configuration).load(tensor -> true);
  }

  /** A claim to become the run's only writer. Writes nothing yet. */
  public WriterClaim claim(LeaseTerms terms) {
    return claim(terms, new ProcessTable(), Clock.systemUTC(), Stopwatch.SYSTEM);
  }

  public WriterClaim claim(
      LeaseTerms terms, ProcessTable processes, Clock clock, Stopwatch stopwatch) {
    return new WriterClaim(new LeaseFolder(storage, root), terms, processes, clock, stopwatch);
  }

  /** As {@link #writer(WriterClaim, Retention, LongConsumer)}, without reports. */
  public CheckpointWriter writer(WriterClaim claim, Retention retention) throws IOException {
    return writer(claim, retention, step -> {});
  }

  /**
   * Becomes the run's only writer and removes the leftovers of dead writers. An earlier writer that
   * resumes is fenced off at its next commit.
   *
   * @param published receives the step of each checkpoint as it is published, before the lease can
   *     be released: what it received last is the newest when the lease is released
   * @throws LeaseHeldException if another live process holds the lease
   */
  public CheckpointWriter writer(WriterClaim claim, Retention retention, LongConsumer published)
      throws IOException {
    return writer(
        claim, retention, published, SWEEP_AGE, Clock.systemUTC(), CommitStep.Observer.NONE);
  }

  CheckpointWriter writer(
      WriterClaim claim,
      Retention retention,
      LongConsumer published,
      Duration sweepAge,
      Clock clock,
      CommitStep.Observer observer)
      throws IOException {
    Optional<ManifestSigner> signer = ManifestSigner.configured(storage.configuration());
    WriterLease lease = claim.acquire();
    try {
      new Sweep(storage, root).run(lease.fencingToken(), clock.instant().minus(sweepAge));
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    Commit commit;
    try {
      commit = new Commit(storage, root, lease, published, observer, ciphers(), signer);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    return new CheckpointWriter(this, storage, lease, commit, retention, clock);
  }

  /** The encryption of each new checkpoint, by the run's identifier of its earlier ones. */
  private LongFunction<CheckpointCipher> ciphers() throws IOException {
    Optional<EncryptionKey> key = EncryptionKey.configured(storage.configuration());
    if (key.isEmpty()) {
      return step -> CheckpointCipher.NONE;
    }
    String runId =
        listUnverified((folder, reason) -> log.debug("invalid: {}", folder, reason)).stream()
            .map(checkpoint -> checkpoint.manifest().encryption())
            .filter(Objects::nonNull)
            .map(Encryption::runId)
            .reduce((earlier, later) -> later)
            .orElseGet(Encryption::newRunId);
    return step -> key.get().newCipher(runId, step);
  }

  /** How a write becomes visible. */
  public CommitProtocol protocol() {
    return storage.protocol();
  }

  /** The highest step with a folder, verified or not; 0 if there is none. */
  public long highestStep() throws IOException {
    List<Path> folders = folders();
    return folders.isEmpty()
        ? 0
        : StepNames.parseStep(folders.get(folders.size() - 1).getName()).orElse(0);
  }

  /** Whether a writer has begun: there is a checkpoint, verified or not, or a lease. */
  public boolean isBegun() throws IOException {
    return !folders().isEmpty() || new LeaseFolder(storage, root).exists();
  }

  /** The folder that holds the checkpoints. */
  public Path root() {
    return root;
  }

  /**
   * The committed checkpoints in ascending order of step. Each manifest is well-formed and each
   * file has its length; file contents are not read.
   */
  public List<StoredCheckpoint> listUnverified() throws IOException {
    return listUnverified(this::skip);
  }

  /**
   * The checkpoint of the highest step whose files match the manifest's SHA-256. Checkpoints that
   * do not verify are skipped and reported.
   *
   * @return empty if the run has no checkpoint yet
   * @throws InputException if there are checkpoints and none verifies, so that a run does not
   *     silently start over
   */
  public Optional<StoredCheckpoint> newest() throws IOException {
    return newest(
        checkpoint -> {
          checkpoint.verify();
          return checkpoint;
        });
  }

  /** Like {@link #newest}, without reading and verifying the training state. */
  public Optional<StoredCheckpoint> newestModel() throws IOException {
    return newest(
        checkpoint -> {
          checkpoint.verifyModel();
          return checkpoint;
        });
  }

  /**
   * Like {@link #newest}, read into memory without the files of single workers: each file is read
   * once and verified on the way.
   */
  public Optional<LoadedCheckpoint> loadNewest() throws IOException {
    return newest(checkpoint -> checkpoint.load(tensor -> true));
  }

  /**
   * The checkpoint with the best value of a metric whose model verifies; the earlier one in a tie.
   *
   * @return the checkpoint; empty if no verified checkpoint has the metric
   */
  public Optional<StoredCheckpoint> best(String metric, boolean higherIsBetter) throws IOException {
    List<StoredCheckpoint> measured =
        listUnverified().stream()
            .filter(checkpoint -> Retention.measures(metric).test(checkpoint.manifest()))
            .sorted(
                Comparator.comparing(
                    StoredCheckpoint::manifest, Retention.bestFirst(metric, higherIsBetter)))
            .toList();
    for (StoredCheckpoint checkpoint : measured) {
      try {
        checkpoint.verifyModel();
        return Optional.of(checkpoint);
      } catch (InputException | IOException e) {
        skip(checkpoint.path(), e);
      }
    }
    return Optional.empty();
  }

  /** Like {@link #listUnverified()}, reporting invalid checkpoints to {@code skipped} alone. */
  List<StoredCheckpoint> listUnverified(BiConsumer<Path, Exception> skipped) throws IOException {
    List<StoredCheckpoint> listed = new ArrayList<>();
    for (Path folder : folders()) {
      try {
        listed.add(StoredCheckpoint.at(storage, folder));
      } catch (InputException | IOException e) {
        skipped.accept(folder, e);
      }
    }
    return listed;
  }

  /** The folders of steps in ascending order, committed or not. */
  List<Path> folders() throws IOException {
    record Found(long step, Path path) {}
    List<Found> found = new ArrayList<>();
    for (FileStatus status : storage.list(root)) {
      // A renamed folder without a manifest is damaged; without renames it is not committed yet.
      OptionalLong step = StepNames.parseStep(status.getPath().getName());
      if (step.isPresent()
          && status.isDirectory()
          && new AtomicDirectory(storage, status.getPath(), Manifest.FILE).isComplete()) {
        found.add(new Found(step.getAsLong(), status.getPath()));
      }
    }
    return found.stream().sorted(Comparator.comparingLong(Found::step)).map(Found::path).toList();
  }

  /** Reads a checkpoint; a checkpoint for which that fails is skipped. */
  public interface Read<T> {
    T from(StoredCheckpoint checkpoint) throws IOException;
  }

  /** Like {@link #newest()}, for what a reader needs. */
  public <T> Optional<T> newest(Read<T> read) throws IOException {
    List<Path> folders = folders();
    while (true) {
      Exception oldest = null;
      for (int i = folders.size() - 1; i >= 0; i--) {
        try {
          return Optional.of(read.from(StoredCheckpoint.at(storage, folders.get(i))));
        } catch (InputException | IOException e) {
          requireReachable(e);
          skip(folders.get(i), e);
          oldest = e;
        }
      }
      List<Path> now = folders();
      if (now.equals(folders)) {
        return noneVerifies(oldest);
      }
      folders = now; // A writer replaced the checkpoints during the read.
    }
  }

  private <T> Optional<T> noneVerifies(@Nullable Exception oldest) {
    if (oldest == null) {
      return Optional.empty();
    }
    String what =
        oldest instanceof InputException
            ? "no checkpoint verifies; move the checkpoints away to start over; the oldest: "
            : "no checkpoint can be read now, and nothing was changed; the oldest: ";
    throw InputErrors.of(root.toString(), what + StorageFailure.explained(oldest), oldest);
  }

  /** Rethrows a failure that says nothing about the checkpoint itself. */
  private static void requireReachable(Exception e) throws IOException {
    if (e instanceof InputException input && KeyCheck.isAboutKeys(input)) {
      throw input;
    }
    StorageFailure failure = StorageFailure.of(e).orElse(null);
    if (e instanceof IOException thrown
        && (failure == StorageFailure.UNREACHABLE || failure == StorageFailure.PERMISSION)) {
      throw thrown;
    }
  }

  private void skip(Path checkpoint, Exception reason) {
    log.debug("skipped checkpoint {}", checkpoint, reason);
    listener.skipped(checkpoint, StorageFailure.reason(reason));
  }
}
