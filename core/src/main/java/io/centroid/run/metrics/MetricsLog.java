package io.centroid.run.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.StorageFailure;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.storage.AbandonedFile;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsReader.Line;
import io.centroid.run.metrics.RoundMetrics.WorkerMetrics;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/**
 * Writes {@code metrics.jsonl}, a JSON object per line for each round, evaluation and rollback. A
 * run that is resumed or rolled back keeps the lines up to the step of its state. It drops test
 * metrics, which are written at the end of every run, and rollbacks that are not in its state,
 * since they will happen again. The file therefore equals that of an uninterrupted run.
 */
public final class MetricsLog implements RunReporter {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** ISO 8601 in UTC, always with milliseconds. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final Storage storage;
  private final Path file;
  private FSDataOutputStream stream;
  private boolean isClosed;

  private MetricsLog(Storage storage, Path file, FSDataOutputStream stream) {
    this.storage = storage;
    this.file = file;
    this.stream = stream;
  }

  /**
   * Opens the file and drops the lines after the state that the run resumes from. The old file
   * stays until the new one has all lines to keep.
   *
   * @param notes receives a line if lines are damaged; a last one that was written in part is not
   */
  public static MetricsLog open(
      Storage storage, Path file, TrainState state, Consumer<String> notes) throws IOException {
    if (storage.exists(file)) {
      AbandonedFile.end(storage.fileSystem(), file);
    }
    return new MetricsLog(storage, file, cut(storage, file, state, notes));
  }

  private static FSDataOutputStream cut(
      Storage storage, Path file, TrainState state, Consumer<String> notes) throws IOException {
    boolean exists = storage.exists(file);
    AtomicFile replacement = AtomicFile.ofOneWriter(storage, file);
    FSDataOutputStream stream = replacement.create();
    try {
      if (exists) {
        copyKept(storage, file, state, stream, notes);
      }
      Storage.sync(stream);
      replacement.publish();
      return stream;
    } catch (IOException | RuntimeException e) {
      closeAfter(stream, e);
      throw e;
    } catch (FSError e) {
      closeAfter(stream, e);
      throw StorageFailure.ofLocalDisk(e);
    }
  }

  private static void closeAfter(FSDataOutputStream stream, Throwable failure) {
    try {
      stream.close();
    } catch (IOException | FSError e) {
      failure.addSuppressed(e);
    }
  }

  /** Copies line by line: a long run's file may exceed the memory. */
  private static void copyKept(
      Storage storage,
      Path file,
      TrainState state,
      FSDataOutputStream stream,
      Consumer<String> notes)
      throws IOException {
    long damaged = 0;
    try (InputStream in = storage.stream(file)) {
      MetricsReader lines = new MetricsReader(in);
      for (Line line = lines.next(); line != null; line = lines.next()) {
        damaged += line.isDamaged() ? 1 : 0;
        if (line.row().filter(row -> isKept(row, state)).isPresent()) {
          stream.write(line.bytes());
          if (!line.isComplete()) {
            stream.write('\n');
          }
        }
      }
    }
    if (damaged > 0) {
      notes.accept(
          file + ": dropped " + damaged + (damaged == 1 ? " damaged line" : " damaged lines"));
    }
  }

  private static boolean isKept(MetricsRow row, TrainState state) {
    boolean isTest =
        row instanceof MetricsRow.OfEvaluation evaluation && evaluation.part().equals("test");
    boolean isLater =
        row instanceof MetricsRow.OfRollback rollback
            && rollback.number() > state.history().rollbacks().size();
    return row.step() <= state.steps() && !isTest && !isLater;
  }

  @Override
  public void onRound(Round round, TrainState state, RoundMetrics metrics) {
    Instant time = metrics.time();
    ObjectNode row = row("round", state, time == null ? Instant.now() : time);
    row.put("epoch", metrics.epoch());
    row.put("localSteps", metrics.localSteps());
    row.put("roundExamples", metrics.roundExamples());
    metrics
        .values()
        .forEach(
            (metric, value) -> {
              if (metric.isWhole()) {
                row.put(metric.key(), value.longValue());
              } else {
                row.put(metric.key(), value);
              }
            });
    ArrayNode workers = row.putArray("workers");
    metrics.workers().forEach(worker -> write(worker, workers.addObject()));
    write(row.toString());
    flush();
  }

  private static void write(WorkerMetrics worker, ObjectNode row) {
    row.put("examples", worker.examples());
    putFinite(row, "loss", worker.loss());
    putFinite(row, "deltaNorm", worker.deltaNorm());
    row.put("computeSeconds", worker.computeSeconds());
  }

  /** JSON has neither NaN nor infinity. */
  private static void putFinite(ObjectNode row, String key, double value) {
    if (Double.isFinite(value)) {
      row.put(key, value);
    }
  }

  /** Drops the rounds that are rolled back: the file has the rounds that led to the last state. */
  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    try {
      close();
      stream = cut(storage, file, state, note -> {});
      isClosed = false;
    } catch (IOException e) {
      throw failure(e);
    }
    ObjectNode row = row("rollback", state, Instant.now());
    row.put("rollback", rollback.number());
    row.put("divergedInRound", rollback.round());
    row.put("learningRateScale", rollback.learningRateScale());
    row.put("reason", rollback.reason());
    write(row.toString());
    flush();
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    ObjectNode row = row("evaluation", state, Instant.now());
    row.put("epoch", state.epoch());
    row.put("part", part.name().toLowerCase(Locale.ROOT));
    row.put("evaluatedExamples", evaluation.examples());
    evaluation.metrics().forEach((name, value) -> putFinite(row, name, value));
    write(row.toString());
    flush();
  }

  private static ObjectNode row(String type, TrainState state, Instant time) {
    ObjectNode row = JSON.createObjectNode();
    row.put("type", type);
    row.put("time", TIME.format(time));
    row.put("round", state.rounds());
    row.put("step", state.steps());
    row.put("examples", state.examples());
    return row;
  }

  private void write(String line) {
    try {
      stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(e);
    } catch (FSError e) {
      throw failure(StorageFailure.ofLocalDisk(e));
    }
  }

  private void flush() {
    try {
      stream.hflush();
    } catch (IOException e) {
      throw failure(e);
    } catch (FSError e) {
      throw failure(StorageFailure.ofLocalDisk(e));
    }
  }

  private UncheckedIOException failure(IOException e) {
    return new UncheckedIOException("cannot write " + file + ": " + StorageFailure.reason(e), e);
  }

  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      stream.close();
    } catch (FSError e) {
      throw StorageFailure.ofLocalDisk(e);
    }
  }
}
