package io.centroid.checkpoint;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.StorageFault;
import io.centroid.checkpoint.lease.LeaseFolder;
import io.centroid.checkpoint.lease.LeaseHeldException;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.ProcessTable;
import io.centroid.checkpoint.lease.Stopwatch;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run, {@code <run.dir>/checkpoints}, on any Hadoop file system. Reading
 * takes no lock: no pointer file is the truth, a reader takes the highest step whose manifest
 * verifies and names what it passed over. Thread-safe.
 */
public final class CheckpointStore {
  /** The folder of a run that holds its checkpoints. */
  public static final String FOLDER = "checkpoints";

  /** After this time a folder that a writer left behind is swept, whoever wrote it. */
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

  /** The store of a run's folder, committing as its file system allows. Creates nothing. */
  public static CheckpointStore of(
      Path runDir, Configuration configuration, CheckpointListener listener) throws IOException {
    return of(runDir, Storage.of(runDir, configuration), listener);
  }

  /** The store of a run's folder with a given protocol, for a store that its scheme misjudges. */
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

  /** Whether a folder holds a manifest, and so can be given to {@link #open}. */
  public static boolean isCheckpoint(Path folder, Configuration configuration) throws IOException {
    return Storage.of(folder, configuration).exists(new Path(folder, Manifest.FILE));
  }

  /**
   * One checkpoint by its folder, with every file verified.
   *
   * @throws InputException if the folder is no checkpoint or does not verify
   */
  public static StoredCheckpoint open(Path checkpoint, Configuration configuration)
      throws IOException {
    StoredCheckpoint opened =
        StoredCheckpoint.at(Storage.of(checkpoint, configuration), checkpoint);
    opened.verify();
    return opened;
  }

  /**
   * One checkpoint by its folder: its files are there with their lengths, but their content has not
   * been read.
   *
   * @throws InputException if the folder is no checkpoint
   */
  public static StoredCheckpoint look(Path checkpoint, Configuration configuration)
      throws IOException {
    return StoredCheckpoint.at(Storage.of(checkpoint, configuration), checkpoint);
  }

  /** One checkpoint by its folder, read into memory once and verified while it is read. */
  public static LoadedCheckpoint load(Path checkpoint, Configuration configuration)
      throws IOException {
    return StoredCheckpoint.at(Storage.of(checkpoint, configuration), checkpoint).load();
  }

  /** Asks to become the run's one writer. Writes nothing yet. */
  public WriterClaim claim(LeaseTerms terms) {
    return claim(terms, new ProcessTable(), Clock.systemUTC(), Stopwatch.SYSTEM);
  }

  public WriterClaim claim(
      LeaseTerms terms, ProcessTable processes, Clock clock, Stopwatch stopwatch) {
    return new WriterClaim(new LeaseFolder(storage, root), terms, processes, clock, stopwatch);
  }

  /**
   * Becomes the run's one writer and sweeps what dead writers left behind. An earlier writer that
   * wakes up again is refused at its next commit.
   *
   * @throws LeaseHeldException if another process is the writer, and lives
   */
  public CheckpointWriter writer(WriterClaim claim, Retention retention) throws IOException {
    return writer(claim, retention, SWEEP_AGE, Clock.systemUTC(), CommitStep.Observer.NONE);
  }

  CheckpointWriter writer(
      WriterClaim claim,
      Retention retention,
      Duration sweepAge,
      Clock clock,
      CommitStep.Observer observer)
      throws IOException {
    WriterLease lease = claim.acquire();
    try {
      new Sweep(storage, root).run(lease.epoch(), clock.instant().minus(sweepAge));
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    Commit commit = new Commit(storage, root, lease, observer);
    return new CheckpointWriter(this, storage, lease, commit, retention, clock);
  }

  /** How what is written becomes visible. */
  public CommitProtocol protocol() {
    return storage.protocol();
  }

  /** The highest step that has a folder, whether it verifies or not; 0 if there is none. */
  public long highestStep() throws IOException {
    List<Path> folders = folders();
    return folders.isEmpty()
        ? 0
        : StepNames.parseStep(folders.get(folders.size() - 1).getName()).orElse(0);
  }

  /** The folder that holds the checkpoints. */
  public Path root() {
    return root;
  }

  /**
   * The committed checkpoints by rising step: the manifest of each is well-formed and its files
   * have their lengths, but their content has not been read.
   */
  public List<StoredCheckpoint> list() throws IOException {
    return intact(this::passOver);
  }

  /**
   * The highest step that verifies, its files compared with the manifest by SHA-256. What does not
   * verify is passed over and named.
   *
   * @return empty if the run has no checkpoint yet
   * @throws InputException if there are checkpoints and none verifies, so that a run is not
   *     silently started over
   */
  public Optional<StoredCheckpoint> newest() throws IOException {
    return newest(
        checkpoint -> {
          checkpoint.verify();
          return checkpoint;
        });
  }

  /** As {@link #newest}, read into memory: every file is read once, and verified on the way. */
  public Optional<LoadedCheckpoint> loadNewest() throws IOException {
    return newest(StoredCheckpoint::load);
  }

  /**
   * The verified checkpoint with the best value of a metric; of equals the earlier.
   *
   * @return empty if no checkpoint that verifies has the metric
   */
  public Optional<StoredCheckpoint> best(String metric, boolean higherIsBetter) throws IOException {
    List<StoredCheckpoint> measured =
        list().stream()
            .filter(checkpoint -> Retention.measures(metric).test(checkpoint.manifest()))
            .sorted(
                Comparator.comparing(
                    StoredCheckpoint::manifest, Retention.bestFirst(metric, higherIsBetter)))
            .toList();
    for (StoredCheckpoint checkpoint : measured) {
      try {
        checkpoint.verify();
        return Optional.of(checkpoint);
      } catch (InputException | IOException e) {
        passOver(checkpoint.path(), e);
      }
    }
    return Optional.empty();
  }

  /** As {@link #list}, telling only {@code passedOver} of what is not intact. */
  List<StoredCheckpoint> intact(BiConsumer<Path, Exception> passedOver) throws IOException {
    List<StoredCheckpoint> intact = new ArrayList<>();
    for (Path folder : folders()) {
      try {
        intact.add(StoredCheckpoint.at(storage, folder));
      } catch (InputException | IOException e) {
        passedOver.accept(folder, e);
      }
    }
    return intact;
  }

  /** The folders of steps by rising step, committed or not. */
  List<Path> folders() throws IOException {
    record Found(long step, Path path) {}
    List<Found> found = new ArrayList<>();
    for (FileStatus status : storage.list(root)) {
      // A renamed folder without a manifest is damaged; one that is filled in place is not ready.
      OptionalLong step = StepNames.parseStep(status.getPath().getName());
      if (step.isPresent()
          && status.isDirectory()
          && new AtomicDirectory(storage, status.getPath(), Manifest.FILE).isComplete()) {
        found.add(new Found(step.getAsLong(), status.getPath()));
      }
    }
    return found.stream().sorted(Comparator.comparingLong(Found::step)).map(Found::path).toList();
  }

  private interface Read<T> {
    T from(StoredCheckpoint checkpoint) throws IOException;
  }

  private <T> Optional<T> newest(Read<T> read) throws IOException {
    List<Path> folders = folders();
    while (true) {
      Exception oldest = null;
      for (int i = folders.size() - 1; i >= 0; i--) {
        try {
          return Optional.of(read.from(StoredCheckpoint.at(storage, folders.get(i))));
        } catch (InputException | IOException e) {
          requireReachable(e);
          passOver(folders.get(i), e);
          oldest = e;
        }
      }
      List<Path> now = folders();
      if (now.equals(folders)) {
        return noneVerifies(oldest);
      }
      folders = now; // A writer replaced the checkpoints while they were being read.
    }
  }

  private <T> Optional<T> noneVerifies(@Nullable Exception oldest) {
    if (oldest == null) {
      return Optional.empty();
    }
    String what =
        oldest instanceof InputException
            ? "has no checkpoint that verifies; move them away to start over; the oldest: "
            : "has no checkpoint that can be read now, and nothing was changed; the oldest: ";
    throw InputErrors.of(root.toString(), what + StorageFault.explained(oldest), oldest);
  }

  /** A file system that is away, or closed to us, says nothing about a checkpoint. */
  private static void requireReachable(Exception e) throws IOException {
    StorageFault fault = StorageFault.of(e).orElse(null);
    if (e instanceof IOException failure
        && (fault == StorageFault.UNREACHABLE || fault == StorageFault.PERMISSION)) {
      throw failure;
    }
  }

  private void passOver(Path checkpoint, Exception reason) {
    log.debug("passed over checkpoint {}", checkpoint, reason);
    listener.passedOver(checkpoint, StorageFault.reason(reason));
  }
}
