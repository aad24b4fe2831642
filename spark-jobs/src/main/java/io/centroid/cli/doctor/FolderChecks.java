package io.centroid.cli.doctor;

import io.centroid.cli.process.ShellWord;
import io.centroid.config.ByteSize;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.Storage;
import io.centroid.run.RunFolder;
import io.centroid.spark.session.EventLogFolder;
import io.centroid.spark.session.JobSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.QuotaUsage;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** Checks of {@code run.dir}: rights, the lease, an earlier run, space and quotas. */
final class FolderChecks {
  private static final String OTHER = "--set run.dir=DIR";

  private FolderChecks() {}

  /** Checks who uses the folder, and whether it can be written to. */
  static Outcome folder(RunConfig config, HadoopFiles files, Callable<FolderProbe> probe)
      throws Exception {
    List<Finding> findings = new ArrayList<>();
    RunFolder folder;
    try {
      folder = RunFolder.of(config, files);
    } catch (InputException | IOException | UncheckedIOException e) {
      return Outcome.of(config.run().dir(), List.of(unusable(e)));
    }
    folder
        .holder()
        .ifPresent(
            holder ->
                findings.add(
                    holder.isAlive()
                        ? Finding.of(
                            folder.display() + " is in use by " + holder.process(),
                            "A run has one writer; this one would be refused.",
                            OTHER)
                        : Finding.note(
                            folder.display() + " may be in use by " + holder.process(),
                            "The run waits for its heartbeat, since it is not visible from here.",
                            OTHER)));
    if (!folder.differences().isEmpty()) {
      findings.add(
          Finding.of(
              folder.display()
                  + " holds a run with another configuration: "
                  + String.join("; ", folder.differences()),
              "A run resumes only with the settings that determine its parameters.",
              OTHER));
    }
    try {
      boolean existed = probe.call().existed();
      return Outcome.of(
          folder.display()
              + (existed ? ": written, renamed, deleted" : ": can be created")
              + (folder.step() > 0 ? ", resumes from step " + folder.step() : ""),
          findings);
    } catch (InputException | IOException | UncheckedIOException e) {
      findings.add(unusable(e));
      return Outcome.of(folder.display(), findings);
    }
  }

  private static Finding unusable(Exception e) {
    return Finding.of(StorageFailure.explained(e), "The run stops before its first round.", OTHER);
  }

  /**
   * Checks that the checkpoints fit into the free space and the quotas.
   *
   * @param checkpoint bytes of a checkpoint; 0 if unknown
   */
  static Outcome space(RunConfig config, HadoopFiles files, long checkpoint) throws IOException {
    Path dir = files.path(config.run().dir());
    Storage storage = Storage.of(files, dir);
    FileSystem system = storage.fileSystem();
    Path existing = storage.qualified(dir);
    while (!storage.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    // The newest, the best, and the one that is written.
    int count = config.checkpoint().keep() + 2;
    long needed = count * checkpoint;
    List<Finding> findings = new ArrayList<>();
    long free = system.getStatus(existing).getRemaining();
    String text = count + " checkpoints of " + ByteSize.text(checkpoint);
    if (free < needed) {
      findings.add(
          Finding.of(
              existing + " has " + ByteSize.text(free) + " free, the run writes " + text,
              "The run stops when a checkpoint cannot be written.",
              "--set checkpoint.keep=1",
              OTHER));
    }
    if (system instanceof DistributedFileSystem) {
      long replicas = system.getDefaultReplication(existing);
      // HDFS reserves a whole block of each file that is written.
      long reserved = replicas * Math.max(system.getDefaultBlockSize(existing), checkpoint);
      quotas(system, existing, replicas * needed, reserved, findings);
    }
    return Outcome.of(text + ", " + ByteSize.text(free) + " free", findings);
  }

  /** Checks the folder of Spark's event log. */
  static Outcome eventLog(JobSettings spark, HadoopFiles files) {
    Optional<EventLogFolder> folder = EventLogFolder.of(spark::property);
    if (folder.isEmpty()) {
      return Outcome.skipped("spark.eventLog.enabled is not true");
    }
    Path path = folder.get().path();
    try {
      folder.get().require(files);
      return Outcome.ok(path.toString());
    } catch (InputException | UncheckedIOException e) {
      boolean isLocal = "file".equals(path.toUri().getScheme());
      String create =
          isLocal
              ? "mkdir -p " + ShellWord.of(path.toUri().getPath())
              : "hadoop fs -mkdir -p " + ShellWord.of(path.toString());
      Optional<String> other =
          e instanceof InputException input ? Finding.option(input) : Optional.empty();
      return Outcome.of(
          path.toString(),
          List.of(
              Finding.of(
                  StorageFailure.explained(e),
                  "Spark does not start without the folder of its event log.",
                  other.orElse(create))));
    }
  }

  private static void quotas(
      FileSystem files, Path existing, long needed, long reserved, List<Finding> findings)
      throws IOException {
    for (Path path = existing; path != null; path = path.getParent()) {
      QuotaUsage usage = files.getQuotaUsage(path);
      long space = usage.getSpaceQuota() - usage.getSpaceConsumed();
      if (usage.getSpaceQuota() > 0 && space < Math.max(needed, reserved)) {
        findings.add(
            Finding.of(
                String.format(
                    Locale.ROOT,
                    "the space quota of %s has %s left, the run needs %s with replicas",
                    path,
                    ByteSize.text(Math.max(0, space)),
                    ByteSize.text(Math.max(needed, reserved))),
                "HDFS refuses a file whose next block exceeds the quota; the run stops.",
                "hdfs dfsadmin -setSpaceQuota "
                    + ByteSize.mebibytes(usage.getSpaceConsumed() + Math.max(needed, reserved))
                    + "m "
                    + path.toUri().getPath(),
                OTHER));
      }
      long names = usage.getQuota() - usage.getFileAndDirectoryCount();
      if (usage.getQuota() > 0 && names < NAMES) {
        findings.add(
            Finding.of(
                "the name quota of " + path + " has " + names + " left, a run needs " + NAMES,
                "HDFS refuses to create another file; the run stops.",
                "hdfs dfsadmin -setQuota "
                    + (usage.getFileAndDirectoryCount() + NAMES)
                    + " "
                    + path.toUri().getPath(),
                OTHER));
      }
    }
  }

  /** Files and folders of a run: checkpoints of a few files each, leases, results. */
  private static final long NAMES = 64;
}
