package io.centroid.sweep;

import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.config.EffectiveSettings;
import io.centroid.config.RunConfig;
import io.centroid.config.RunIdentity;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Utf8;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a sweep: its plan, its results and a run's folder per trial. Only the lease holder
 * writes there.
 */
final class SweepFolder {
  private static final String PLAN = "sweep.json";
  private static final int MOST_BYTES = 16 << 20;

  private final HadoopFiles files;
  private final Storage storage;
  private final Path root;

  SweepFolder(HadoopFiles files, String dir) {
    this.files = files;
    Path path = files.path(dir);
    this.storage = Storage.of(files, path);
    this.root = storage.qualified(path);
  }

  /** The path for messages; local paths have no scheme. */
  String display() {
    return "file".equals(root.toUri().getScheme()) ? root.toUri().getPath() : root.toString();
  }

  /**
   * Checks that the folder is new, empty, or has this plan. Hidden files do not count, and neither
   * does the plan of a sweep that ended before its first trial had written anything.
   *
   * @throws InputException if it is something else
   */
  void requireOwn(SweepPlan plan) throws IOException {
    if (!storage.exists(root)) {
      return;
    }
    if (!storage.status(root).isDirectory()) {
      throw new InputException("--dir: " + display() + " is a file, expected a folder");
    }
    List<String> names = names();
    if (names.isEmpty() || names.equals(List.of(PLAN))) {
      return;
    }
    if (!names.contains(PLAN)) {
      throw new InputException(
          "--dir: "
              + display()
              + " is neither empty nor the folder of a sweep: it contains "
              + InputErrors.quote(names.get(0))
              + " and no sweep.json; name a new folder");
    }
    Path file = planFile();
    plan.requireSame(display(), SweepPlan.parse(file.toString(), storage.read(file, MOST_BYTES)));
  }

  private List<String> names() throws IOException {
    return storage.list(root).stream()
        .map(entry -> entry.getPath().getName())
        .filter(name -> !name.startsWith("."))
        .toList();
  }

  /** Whether a trial has a folder. */
  boolean has(Trial trial) throws IOException {
    return storage.exists(HadoopPath.child(root, trial.name()));
  }

  /**
   * Checks that a trial's folder, if there is one, is a run with these settings, whatever trained
   * it.
   *
   * @throws InputException naming a setting that differs
   */
  void requireOwn(Trial trial, RunConfig config) throws IOException {
    Path file = new Path(HadoopPath.child(root, trial.name()), "effective.conf");
    if (!storage.exists(file)) {
      return;
    }
    String name = file.toString();
    Map<String, String> there =
        EffectiveSettings.parse(name, Utf8.strict(name, storage.read(file, MOST_BYTES))).values();
    EffectiveSettings.parse(trial.name(), config.effective())
        .values()
        .forEach(
            (key, value) -> {
              String found = there.getOrDefault(key, value);
              if (RunIdentity.determinesResult(key) && !found.equals(value)) {
                throw InputErrors.of(
                    trial(trial),
                    "another configuration: " + key,
                    InputErrors.shorten(value),
                    InputErrors.shorten(found)
                        + "; move the folder away, and the trial is trained again");
              }
            });
  }

  /**
   * Acquires the lease of the folder, which is created if it does not exist.
   *
   * @throws InputException if it cannot be written to
   */
  WriterLease acquire(LeaseTerms terms) throws IOException {
    try {
      storage.createFolder(root);
    } catch (IOException e) {
      if (StorageFailure.of(e).filter(StorageFailure::isTransient).isPresent()) {
        throw e;
      }
      throw new InputException(
          "--dir: cannot create " + display() + ": " + StorageFailure.explained(e), e);
    }
    return WriterLease.acquire(root, files.configuration(), terms, "the sweep " + display());
  }

  /** Publishes the plan unless trials of it have begun. */
  void write(SweepPlan plan) throws IOException {
    if (names().size() <= 1) {
      AtomicFile.ofOneWriter(storage, planFile()).write(plan.toJson());
    }
  }

  /** The results so far. */
  SweepResults results(SweepPlan plan) throws IOException {
    Path file = new Path(root, "results.json");
    if (!storage.exists(file)) {
      return SweepResults.none(plan);
    }
    try {
      return SweepResults.parse(file.toString(), storage.read(file, MOST_BYTES), plan);
    } catch (InputException e) {
      throw new InputException(
          e.getMessage() + "; move " + display() + " away to start the sweep over", e);
    }
  }

  void write(SweepPlan plan, SweepResults results) throws IOException {
    AtomicFile.ofOneWriter(storage, new Path(root, "results.json")).write(results.toJson());
    AtomicFile.ofOneWriter(storage, new Path(root, "trials.csv"))
        .write(TrialsCsv.of(plan, results));
  }

  /** The folder of a trial's run, as a value of {@code run.dir}. */
  String trial(Trial trial) {
    Path path = HadoopPath.child(root, trial.name());
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  /** The name of a trial's run, for reporters. */
  String runName(Trial trial) {
    return root.getName().replaceAll("[^\\w.-]", "_") + "-" + trial.name();
  }

  /** The qualified path. */
  Path path() {
    return root;
  }

  private Path planFile() {
    return new Path(root, PLAN);
  }
}
