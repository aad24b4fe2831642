package io.centroid.cli.watch;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.EffectiveSettings;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Utf8;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.RunResult;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** The folder of a run that another process writes. Nothing is written to it, no lease is taken. */
final class WatchedFolder {
  private static final int MOST_BYTES = 1 << 20;

  private final Path path;
  private final Storage storage;
  private final CheckpointStore checkpoints;
  private final MetricsTail tail;
  private long configuredAt = -1;
  private long resultAt = -1;
  private @Nullable RunResult result;

  /**
   * Opens the folder, which need not exist yet.
   *
   * @throws InputException if it is a file, or its file system cannot be used
   */
  WatchedFolder(HadoopFiles files, String location) throws IOException {
    Path given = files.path(location);
    storage = Storage.of(files, given);
    path = storage.qualified(given);
    checkpoints = CheckpointStore.of(path, files.configuration(), (skipped, reason) -> {});
    tail = new MetricsTail(storage, HadoopPath.child(path, "metrics.jsonl"));
    if (storage.exists(path) && !storage.status(path).isDirectory()) {
      throw new InputException(location + ": is a file, expected the folder of a run");
    }
  }

  /**
   * Reads what is new.
   *
   * @param rows receives the lines of the metrics, and passes them to the run
   * @return false if there is no run yet
   */
  boolean read(WatchedRun run, MetricsTail.Sink rows) throws IOException {
    readPlan(run);
    // Before the metrics, whose last line is written before the result.
    readResult();
    if (!tail.read(rows)) {
      return false;
    }
    run.onCheckpoint(checkpoints.highestStep());
    RunResult found = result;
    run.onResult(found != null && found.step() >= run.step() ? found : null);
    return true;
  }

  private void readPlan(WatchedRun run) throws IOException {
    Path file = HadoopPath.child(path, "effective.conf");
    long written = modified(file);
    if (written < 0 || written == configuredAt) {
      return;
    }
    String text = Utf8.strict(file.toString(), storage.read(file, MOST_BYTES));
    EffectiveSettings settings = EffectiveSettings.parse(file.toString(), text);
    run.onPlan(settings.whole("train.epochs"), settings.whole("train.steps"));
    configuredAt = written;
  }

  /** Reads the result, unless it is older than the configuration of a run that was continued. */
  private void readResult() throws IOException {
    Path file = HadoopPath.child(path, "result.json");
    long written = modified(file);
    if (written < configuredAt || written < 0) {
      result = null;
      resultAt = -1;
    } else if (written != resultAt) {
      result = RunResult.parse(file.toString(), storage.read(file, MOST_BYTES));
      resultAt = written;
    }
  }

  /** Time of the last modification; -1 if there is no such file. */
  private long modified(Path file) throws IOException {
    try {
      return storage.status(file).getModificationTime();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }
}
