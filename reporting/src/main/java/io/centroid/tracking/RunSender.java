package io.centroid.tracking;

import io.centroid.config.RunConfig;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.Version;
import io.centroid.run.metrics.MetricsReader;
import io.centroid.run.metrics.MetricsReader.Line;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.security.Redaction;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a run to an MLflow server, on a thread of its own: creates or finds the MLflow run,
 * sends what the server lacks of {@code metrics.jsonl}, then what the training hands over. Whatever
 * fails is tried again until it succeeds or the thread is interrupted.
 */
final class RunSender implements Runnable {
  /** MLflow's limit is 1000 metrics and tags in a batch. */
  private static final int MOST_POINTS = 900;

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private static final List<String> PARAMETERS =
      List.of("data", "model", "train", "optimizer", "outer", "average", "compute");

  private final MlflowHttp http;
  private final ReportedRun run;
  private final MetricsBuffer buffer;
  private final Duration interval;
  private final Queue<String> notes = new ConcurrentLinkedQueue<>();

  private @Nullable MlflowRun tracked;
  private boolean isDescribed;
  private Position backfillTo;
  private boolean isBackfilled;
  private boolean hasReportedOutage;
  private boolean hasReportedRecovery;
  private boolean hasReportedRefusal;
  private volatile List<Row> pending = List.of();
  private volatile @Nullable String outage;
  private volatile RunStatus status = RunStatus.FAILED;
  private volatile boolean isComplete;
  private final RunArtifacts artifacts;
  private boolean hasArtifacts;

  /**
   * Creates a sender; does not connect.
   *
   * @param interval time between two batches
   */
  RunSender(MlflowHttp http, ReportedRun run, MetricsBuffer buffer, Duration interval) {
    this.http = http;
    this.run = run;
    this.buffer = buffer;
    this.interval = interval;
    this.backfillTo = Position.endOf(run.startStep());
    this.artifacts = new RunArtifacts(http, run.files(), run.directory());
    this.isBackfilled = run.startStep() == 0;
  }

  /** Ends the run on the server, after everything else is delivered. */
  void end(RunStatus how) {
    status = how;
    buffer.end();
  }

  /** Why the last attempt failed; null if it did not. */
  @Nullable String outage() {
    return outage;
  }

  /** Whether everything was delivered, the end of the run included. */
  boolean isComplete() {
    return isComplete;
  }

  /** Number of metric values that were handed over and not delivered. */
  int undelivered() {
    return buffer.points() + pending.stream().mapToInt(Row::points).sum();
  }

  /** The next remark for the user; null if there is none. */
  @Nullable String note() {
    return notes.poll();
  }

  @Override
  public void run() {
    Duration pause = Duration.ZERO;
    try {
      while (!isComplete) {
        boolean isEnd = buffer.await(pause);
        try {
          deliver(isEnd);
          succeeded();
          isComplete = isEnd;
          pause = interval;
        } catch (InterruptedIOException e) {
          return;
        } catch (IOException | RuntimeException e) {
          failed(e);
          pause = longer(pause);
          if (isEnd) {
            TimeUnit.MILLISECONDS.sleep(SHORTEST_PAUSE.toMillis());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    if (doubled.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  private void succeeded() {
    if (outage != null && hasReportedOutage && !hasReportedRecovery) {
      hasReportedRecovery = true;
      note("answers again; what was buffered is delivered");
    }
    outage = null;
  }

  private void failed(Exception e) {
    String reason = StorageFailure.reason(e);
    outage = reason;
    if (!hasReportedOutage) {
      hasReportedOutage = true;
      note(reason + "; metrics are buffered, training continues");
    }
  }

  private void note(String what) {
    // It may quote what the server or a file says.
    notes.add(InputErrors.oneLine(Redaction.of("MLflow: " + http.server() + " " + what)));
  }

  private void deliver(boolean isEnd) throws IOException {
    MlflowRun now = tracked == null ? open() : tracked;
    tracked = now;
    try {
      if (!isDescribed) {
        describe(now);
        isDescribed = true;
      }
      if (!isBackfilled) {
        backfill(now);
        isBackfilled = true;
      }
      while (hasPending()) {
        send(now, pending);
        pending = List.of();
      }
      if (isEnd) {
        finish(now);
      }
    } catch (MlflowFailure e) {
      if (e.isUnknown()) {
        lost(now);
      }
      throw e;
    }
  }

  private boolean hasPending() {
    if (pending.isEmpty()) {
      pending = buffer.take(MOST_POINTS);
    }
    return !pending.isEmpty();
  }

  /** Finds the MLflow run that an earlier process began, or creates one. */
  private MlflowRun open() throws IOException {
    Optional<RunFile> known = known();
    if (known.isPresent()) {
      Optional<MlflowRun> found = MlflowRun.find(http, known.get().runId());
      if (found.isPresent()) {
        found.get().resume();
        return found.get();
      }
    }
    RunConfig config = run.config();
    String experiment = MlflowRun.experiment(http, config.report().mlflow().experiment());
    MlflowRun created =
        MlflowRun.create(
            http, experiment, config.run().name(), Instant.now().toEpochMilli(), tags());
    known.ifPresent(
        before -> note("does not know run " + before.runId() + " any more; a new run is created"));
    try {
      created.ids().write(run.files(), run.directory());
    } catch (IOException | RuntimeException e) {
      note("has a new run, but a resumed run will not continue it: " + StorageFailure.reason(e));
    }
    // The new run lacks what was trained before, also by earlier processes.
    isBackfilled = backfillTo.step() <= 0;
    isDescribed = false;
    return created;
  }

  /** The recorded MLflow run, if it is one of this server. */
  private Optional<RunFile> known() throws IOException {
    try {
      return RunFile.read(run.files(), run.directory())
          .filter(file -> file.uri().equals(http.server()));
    } catch (InputException e) {
      note("gets a new run: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    run.environment().forEach((key, value) -> tags.put("centroid.environment." + key, value));
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.source.name", "centroid");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    tags.put("centroid.version", Version.number());
    tags.put("centroid.runDir", run.directory().toString());
    tags.put("centroid.configurationHash", run.config().run().trajectoryHash());
    return tags;
  }

  /** Sends the parameters that the server does not have. MLflow keeps the first value of each. */
  private void describe(MlflowRun now) throws IOException {
    Map<String, String> missing = new TreeMap<>();
    List<String> changed = new ArrayList<>();
    RunConfig.keys(run.effective(), PARAMETERS)
        .forEach(
            (key, value) -> {
              String before = now.parameters().get(MlflowText.key(key));
              if (before == null && !value.isEmpty()) {
                missing.put(key, value);
              } else if (before != null && !before.contains("…") && !before.equals(value)) {
                changed.add(key);
              }
            });
    if (!changed.isEmpty()) {
      note("keeps the first value of changed parameters: " + String.join(", ", changed));
    }
    for (int most : new int[] {MlflowText.MOST_PARAMETER_CHARS, 500, 250}) {
      try {
        now.logParameters(missing, most);
        return;
      } catch (MlflowFailure e) {
        if (!e.isRejected()) {
          throw e;
        }
        if (most == 250) {
          refused("parameters", e);
        }
      }
    }
  }

  /** Sends what the server lacks of the rounds before those that are handed over. */
  private void backfill(MlflowRun now) throws IOException {
    List<Row> batch = new ArrayList<>();
    int points = 0;
    Instant time = Instant.now();
    Path file = new Path(run.directory(), "metrics.jsonl");
    try (InputStream stream = run.files().open(file)) {
      MetricsReader lines = new MetricsReader(stream);
      for (Line line = lines.next(); line != null; line = lines.next()) {
        Row.Measured row = line.row().flatMap(parsed -> Row.of(parsed, time)).orElse(null);
        if (row == null
            || row.position().compareTo(now.sent()) <= 0
            || row.position().compareTo(backfillTo) > 0) {
          continue;
        }
        if (points + row.points() > MOST_POINTS) {
          send(now, batch);
          batch = new ArrayList<>();
          points = 0;
        }
        batch.add(row);
        points += row.points();
      }
    } catch (InputException | FileNotFoundException e) {
      note("gets no earlier metrics: " + StorageFailure.reason(e));
    }
    send(now, batch);
  }

  private void send(MlflowRun now, List<Row> rows) throws IOException {
    try {
      now.log(rows);
    } catch (MlflowFailure e) {
      if (!e.isRejected()) {
        throw e;
      }
      if (MlflowRun.find(http, now.ids().runId()).isEmpty()) {
        lost(now);
        throw e;
      }
      now.skip(rows);
      refused("metrics", e);
    }
  }

  private void refused(String what, MlflowFailure e) {
    if (!hasReportedRefusal) {
      hasReportedRefusal = true;
      note("refuses " + what + ": it " + e.getMessage());
    }
  }

  /** Starts over: the run was deleted on the server, so that the next attempt creates another. */
  private void lost(MlflowRun gone) {
    if (gone.sent().compareTo(backfillTo) > 0) {
      backfillTo = gone.sent();
    }
    tracked = null;
  }

  private void finish(MlflowRun now) throws IOException {
    if (!hasArtifacts) {
      artifacts.copy(now).ifPresent(this::note);
      hasArtifacts = true;
    }
    now.end(status, Instant.now().toEpochMilli());
  }

  /** What was not delivered, in one line. */
  String loss() {
    String reason = outage;
    return InputErrors.oneLine(
        String.format(
            Locale.ROOT,
            "MLflow: %s %s; %,d metric values and the end of the run were not delivered;"
                + " metrics.jsonl in the run's folder has them",
            http.server(),
            reason == null ? "is slow" : reason,
            undelivered()));
  }
}
