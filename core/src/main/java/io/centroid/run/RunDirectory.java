package io.centroid.run;

import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.config.RunConfig;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsLog;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run, with its configuration, metrics, result and checkpoints. Writes no checksum
 * files on a local disk.
 */
final class RunDirectory {
  private static final int MOST_RESULT_BYTES = 1 << 20;

  private final Path path;
  private final Storage storage;
  private final CheckpointStore checkpoints;

  private RunDirectory(Path path, Storage storage, CheckpointStore checkpoints) {
    this.path = path;
    this.storage = storage;
    this.checkpoints = checkpoints;
  }

  /**
   * Opens the folder {@code run.dir} without creating it.
   *
   * @param notes receives remarks on skipped checkpoints
   */
  static RunDirectory of(RunConfig config, HadoopFiles files, Consumer<String> notes)
      throws IOException {
    Path dir = files.path(config.run().dir());
    Storage storage = Storage.of(files, dir);
    Path path = storage.qualified(dir);
    var configuration = files.configuration();
    CheckpointListener skipped =
        (checkpoint, reason) -> notes.accept("skipped checkpoint " + checkpoint + ": " + reason);
    CheckpointStore checkpoints =
        switch (config.checkpoint().commit()) {
          case AUTO -> CheckpointStore.of(path, configuration, skipped);
          case RENAME -> CheckpointStore.of(path, configuration, CommitProtocol.RENAME, skipped);
          case MANIFEST_LAST ->
              CheckpointStore.of(path, configuration, CommitProtocol.MANIFEST_LAST, skipped);
        };
    return new RunDirectory(path, storage, checkpoints);
  }

  /** The qualified path. */
  Path path() {
    return path;
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /** The path for messages; local paths have no scheme. */
  String display() {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  /**
   * Checks that the folder is new, empty, or that of a run, so that no other file is overwritten.
   * Hidden files, and the lost+found of a mounted disk, do not count.
   *
   * @throws InputException if it is something else
   */
  void requireOwn() throws IOException {
    if (!storage.exists(path) || checkpoints.isBegun()) {
      return;
    }
    if (!storage.status(path).isDirectory()) {
      throw new InputException("run.dir: " + display() + " is a file, expected a folder");
    }
    for (FileStatus entry : storage.list(path)) {
      String name = entry.getPath().getName();
      if (!name.startsWith(".") && !name.equals("lost+found")) {
        throw new InputException(
            "run.dir: "
                + display()
                + " is neither empty nor the folder of a run: it contains "
                + InputErrors.quote(name)
                + " and no checkpoints; name a new folder");
      }
    }
  }

  void create() {
    try {
      storage.createFolder(path);
    } catch (IOException e) {
      throw failure("create", e);
    }
  }

  void writeConfiguration(String effective) throws IOException {
    beforeTheStart(
        () -> {
          write("effective.conf", effective.getBytes(StandardCharsets.UTF_8));
          return "";
        });
  }

  /** An operation that writes to the folder before the first round. */
  interface FirstWrite<T> {
    T run() throws IOException;
  }

  /**
   * Runs an operation before the first round.
   *
   * @throws InputException if the folder cannot be written to; {@link UncheckedIOException} if the
   *     file system fails for now
   */
  <T> T beforeTheStart(FirstWrite<T> write) throws IOException {
    try {
      return write.run();
    } catch (LeaseLostException e) {
      throw e;
    } catch (IOException | UncheckedIOException e) {
      if (StorageFailure.of(e).isEmpty()) {
        throw e;
      }
      throw failure("write to", e);
    }
  }

  /** Wrong settings, such as a missing right, or a file system that may work again later. */
  private RuntimeException failure(String action, Exception e) {
    String what = "run.dir: cannot " + action + " " + display() + ": ";
    return StorageFailure.of(e).filter(StorageFailure::isTransient).isPresent()
        ? new UncheckedIOException(what + StorageFailure.reason(e), new IOException(e))
        : new InputException(what + StorageFailure.explained(e), e);
  }

  void writeRecord(RunRecord record) throws IOException {
    write(RunRecord.FILE, record.toJson());
  }

  void writeResult(RunResult result) throws IOException {
    write("result.json", ChecksummedJson.UNVERSIONED.write(result));
  }

  /**
   * The result of the finished run with these parameters. An invalid result is skipped, since it
   * can be computed again.
   */
  Optional<RunResult> result(String parametersSha256, Consumer<String> notes) throws IOException {
    Path file = new Path(path, "result.json");
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    try {
      RunResult result = RunResult.parse(file.toString(), storage.read(file, MOST_RESULT_BYTES));
      if (!result.parametersSha256().equals(parametersSha256)) {
        throw InputErrors.of(
            file.toString(),
            "key parametersSha256",
            parametersSha256 + " (the checkpoint's)",
            InputErrors.quote(result.parametersSha256()));
      }
      return Optional.of(result);
    } catch (InputException | IOException e) {
      notes.accept("computing the result again: " + StorageFailure.reason(e));
      return Optional.empty();
    }
  }

  /** Opens the metrics log from a state on. */
  MetricsLog metrics(TrainState state, Consumer<String> notes) throws IOException {
    return MetricsLog.open(storage, new Path(path, "metrics.jsonl"), state, notes);
  }

  private void write(String name, byte[] content) throws IOException {
    AtomicFile.ofOneWriter(storage, HadoopPath.child(path, name)).write(content);
  }
}
