package io.centroid.tensorboard;

import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsReader;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the event files of a run have up to a step, and the scalars of {@code metrics.jsonl} that
 * they do not have, since a file was damaged or deleted, or the run did not write any. Both are
 * read once, in the order of their steps.
 */
final class Resumption implements Closeable {
  private final RunValues values;
  private final long last;
  private final InputStream metrics;
  private final MetricsReader lines;
  private final Set<String> tags = new HashSet<>();
  private @Nullable MetricsRow next;
  private long step;
  private boolean isDescribed;
  private long rounds;
  private long evaluations;
  private double lastTime;
  private double sampledAt;
  private double samplesSeconds;

  private Resumption(ReportedRun run, long last, InputStream metrics) {
    this.values = new RunValues(run);
    this.last = last;
    this.metrics = metrics;
    this.lines = new MetricsReader(metrics);
  }

  /**
   * Starts to read {@code metrics.jsonl}, if it exists.
   *
   * @param last step up to which rounds and evaluations count
   */
  static Resumption open(ReportedRun run, long last) throws IOException {
    Path file = HadoopPath.child(run.directory(), "metrics.jsonl");
    Storage storage = Storage.of(run.files(), file);
    InputStream metrics =
        storage.exists(file) ? storage.stream(file) : InputStream.nullInputStream();
    Resumption opened = new Resumption(run, last, metrics);
    try {
      opened.advance();
      return opened;
    } catch (IOException | RuntimeException e) {
      metrics.close();
      throw e;
    }
  }

  /** The next row to compare: tests happen again, and rollbacks have no scalars. */
  private void advance() throws IOException {
    next = null;
    for (MetricsReader.Line line = lines.next(); line != null; line = lines.next()) {
      MetricsRow row = line.row().orElse(null);
      boolean isReported =
          row instanceof MetricsRow.OfRound
              || row instanceof MetricsRow.OfEvaluation evaluation
                  && evaluation.part().equals("validation");
      if (row != null && isReported && row.step() <= last) {
        next = row;
        return;
      }
    }
  }

  /** Adds an event that the files have, after those that are missing before its step. */
  void add(Event event) {
    if (event.getStep() > step) {
      step = event.getStep();
      tags.clear();
    }
    sampledAt = sampledAt == 0 ? event.getWallTime() : sampledAt;
    for (Summary.Value value : event.getSummary().getValueList()) {
      isDescribed |= value.getTag().equals(HParams.START);
      if (event.getStep() == step) {
        tags.add(value.getTag());
      }
      if (value.getTag().equals(TextSamples.TAG)) {
        samplesSeconds = event.getWallTime() - lastTime;
        sampledAt = event.getWallTime();
      }
    }
    lastTime = event.getWallTime();
  }

  /** The next scalars before a step that the files do not have, which they get. */
  Optional<Event> missingBefore(long end) throws IOException {
    while (next != null && next.step() < end) {
      MetricsRow row = next;
      advance();
      List<Summary.Value> missing = missing(row);
      if (!missing.isEmpty()) {
        count(row);
        Event event =
            EventLog.event(time(row), row.step())
                .setSummary(Summary.newBuilder().addAllValue(missing))
                .build();
        add(event);
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  private List<Summary.Value> missing(MetricsRow row) {
    List<Summary.Value> all =
        row instanceof MetricsRow.OfEvaluation evaluation
            ? values.of(evaluation.part(), evaluation.metrics())
            : values.of(((MetricsRow.OfRound) row).metrics());
    return row.step() == step
        ? all.stream().filter(value -> !tags.contains(value.getTag())).toList()
        : all;
  }

  private void count(MetricsRow row) {
    if (row instanceof MetricsRow.OfRound) {
      rounds++;
    } else {
      evaluations++;
    }
  }

  private static Instant time(MetricsRow row) {
    Instant time =
        row instanceof MetricsRow.OfEvaluation evaluation
            ? evaluation.time()
            : ((MetricsRow.OfRound) row).metrics().time();
    return time == null ? Instant.now() : time;
  }

  /** Tags of the values that the files have of a step, which is the last one. */
  Set<String> tags(long of) {
    return of == step ? Set.copyOf(tags) : Set.of();
  }

  /** Whether the files have the configuration and the hyperparameters. */
  boolean isDescribed() {
    return isDescribed;
  }

  /** Duration of the last samples of a language model in seconds; 0 if there are none. */
  double samplesSeconds() {
    return samplesSeconds;
  }

  /** Time in seconds from the last samples, or from the start, to the last event. */
  double unsampledSeconds() {
    return lastTime - sampledAt;
  }

  /** Number of rounds and evaluations whose scalars were missing so far. */
  long missing() {
    return rounds + evaluations;
  }

  /** One line about what was missing. */
  String note() {
    return "TensorBoard: restored the scalars of "
        + count(rounds, "round")
        + " and "
        + count(evaluations, "evaluation")
        + " from metrics.jsonl; histograms, images and texts that were lost with them"
        + " cannot be restored";
  }

  private static String count(long number, String name) {
    return number + " " + name + (number == 1 ? "" : "s");
  }

  @Override
  public void close() throws IOException {
    metrics.close();
  }
}
