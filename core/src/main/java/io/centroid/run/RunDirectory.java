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
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.Storage;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run: its configuration, metrics and result beside the checkpoints. Writes no
 * checksum files on a local disk.
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
   * The folder {@code run.dir}; creates nothing.
   *
   * @param notes takes remarks on checkpoints that are skipped
   */
  static RunDirectory of(RunConfig config, HadoopFiles files, Consumer<String> notes)
      throws IOException {
    Path dir = files.path(config.run().dir());
    Storage storage = Storage.of(files, dir);
    Path path = storage.qualified(dir);
    var configuration = files.configuration();
    CheckpointListener skipped =
        (checkpoint, reason) ->
            notes.accept("passed over checkpoint " + checkpoint + ": " + reason);
    CheckpointStore checkpoints =
        switch (config.checkpoint().commit()) {
          case AUTO -> CheckpointStore.of(path, configuration, skipped);
          case RENAME -> CheckpointStore.of(path, configuration, CommitProtocol.RENAME, skipped);
          case MANIFEST_LAST ->
              CheckpointStore.of(path, configuration, CommitProtocol.MANIFEST_LAST, skipped);
        };
    return new RunDirectory(path, storage, checkpoints);
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /** The path as people write it: local ones without scheme. */
  String display() {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  void create() {
    try {
      storage.createFolder(path);
    } catch (IOException e) {
      throw new InputException(
          "run.dir: cannot create " + display() + ": " + StorageFailure.explained(e), e);
    }
  }

  void writeConfiguration(String effective) throws IOException {
    beforeTheStart(
        () -> {
          write("effective.conf", effective.getBytes(StandardCharsets.UTF_8));
          return "";
        });
  }

  /** A write, or an opening for writing, before the first round. */
  interface FirstWrite<T> {
    T run() throws IOException;
  }

  /**
   * Runs it.
   *
   * @throws InputException if the folder cannot be written to, whatever ran: no round was trained
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
      throw new InputException(
          "run.dir: cannot write to " + display() + ": " + StorageFailure.explained(e), e);
    }
  }

  void writeResult(RunResult result) throws IOException {
    write("result.json", ChecksummedJson.UNVERSIONED.write(result));
  }

  /**
   * The result of the finished run whose parameters these are; one that cannot be used is passed
   * over, since all of it can be measured again.
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
      notes.accept("measuring anew: " + StorageFailure.reason(e));
      return Optional.empty();
    }
  }

  /** Metrics from a state on. */
  MetricsLog metrics(TrainState state) throws IOException {
    return MetricsLog.open(storage, new Path(path, "metrics.jsonl"), state);
  }

  private void write(String name, byte[] content) throws IOException {
    AtomicFile.ofOneWriter(storage, new Path(path, name)).write(content);
  }
}
