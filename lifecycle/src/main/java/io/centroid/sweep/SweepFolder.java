package io.centroid.sweep;

import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a sweep: its plan, its results and a run's folder per trial. Only the lease holder
 * writes there.
 */
final class SweepFolder {
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
   * Checks that the folder is new, empty, or has this plan. Hidden files do not count.
   *
   * @throws InputException if it is something else
   */
  void requireOwn(SweepPlan plan) throws IOException {
    if (!storage.exists(root)) {
      return;
    }
    Path file = planFile();
    if (storage.exists(file)) {
      plan.requireSame(display(), SweepPlan.parse(file.toString(), storage.read(file, MOST_BYTES)));
      return;
    }
    if (!storage.status(root).isDirectory()) {
      throw new InputException("--dir: " + display() + " is a file, expected a folder");
    }
    for (FileStatus entry : storage.list(root)) {
      String name = entry.getPath().getName();
      if (!name.startsWith(".")) {
        throw new InputException(
            "--dir: "
                + display()
                + " is neither empty nor the folder of a sweep: it contains "
                + InputErrors.quote(name)
                + " and no sweep.json; name a new folder");
      }
    }
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

  /** Publishes the plan unless it is there. */
  void write(SweepPlan plan) throws IOException {
    if (!storage.exists(planFile())) {
      AtomicFile.ofOneWriter(storage, planFile()).write(plan.toJson());
    }
  }

  /** The results so far. */
  SweepResults results(SweepPlan plan) throws IOException {
    Path file = new Path(root, "results.json");
    return storage.exists(file)
        ? SweepResults.parse(file.toString(), storage.read(file, MOST_BYTES), plan)
        : SweepResults.none(plan);
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
    return new Path(root, "sweep.json");
  }
}
