package io.centroid.tracking;

import io.centroid.error.StorageFailure;
import io.centroid.run.metrics.ReportedRun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSError;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a run to an MLflow server, on a thread of its own: opens the MLflow run, sends what the
 * server lacks of {@code metrics.jsonl}, then what the training hands over, then the end. Whatever
 * fails is tried again until it succeeds or the thread is interrupted.
 */
final class RunSender implements Runnable {
  /** MLflow's limit is 1000 metrics and tags in a batch. */
  private static final int MOST_POINTS = 900;

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final MlflowHttp http;
  private final ServerNotes notes;
  private final RunFinder finder;
  private final Backfill backfill;
  private final RunArtifacts artifacts;
  private final MetricsBuffer buffer;
  private final Duration interval;

  private @Nullable MlflowRun tracked;
  // What is after this is handed over.
  private Position backfillTo;
  private boolean isBackfilled;
  private boolean hasArtifacts;
  private volatile List<Row> pending = List.of();
  private volatile @Nullable String outage;
  private volatile @Nullable RunStatus status;
  private volatile boolean isComplete;

  /**
   * Creates a sender; does not connect.
   *
   * @param start position from which this process trains
   * @param interval time between two batches
   */
  RunSender(
      MlflowHttp http, ReportedRun run, Position start, MetricsBuffer buffer, Duration interval) {
    this.http = http;
    this.notes = new ServerNotes(http.server());
    this.backfill = new Backfill(run, notes);
    this.finder = new RunFinder(http, run, notes, backfill);
    this.artifacts = new RunArtifacts(http, run.files(), run.directory());
    this.buffer = buffer;
    this.interval = interval;
    this.backfillTo = start;
  }

  /** Ends the run on the server, after everything else is delivered. */
  synchronized void end(RunStatus how) {
    status = how.after(status);
    buffer.end();
  }

  /** Whether the last attempt failed. */
  boolean isFailing() {
    return outage != null;
  }

  /** Whether everything was delivered, the end of the run included. */
  boolean isComplete() {
    return isComplete;
  }

  /** The next remark for the user; null if there is none. */
  @Nullable String note() {
    return notes.next();
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
        } catch (IOException | RuntimeException | FSError e) {
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
    if (outage != null) {
      notes.addOnce(ServerNotes.Topic.RECOVERY, "answers again; what was buffered is delivered");
    }
    outage = null;
  }

  private void failed(Throwable e) {
    String reason = StorageFailure.reason(e);
    outage = reason;
    notes.addOnce(ServerNotes.Topic.OUTAGE, reason + "; metrics are buffered, training continues");
  }

  private void deliver(boolean isEnd) throws IOException {
    MlflowRun now = tracked == null ? open(false) : tracked;
    try {
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

  /**
   * Delivers what the server lacks of a run that is finished, in one attempt, on this thread.
   *
   * @param ended when the run was finished
   */
  void complete(Instant ended) {
    try {
      MlflowRun now = open(true);
      Position before = now.sent();
      backfill(now);
      if (!now.isFinished() || !now.sent().equals(before)) {
        artifacts.copy(now).ifPresent(notes::add);
        now.end(RunStatus.FINISHED, ended.toEpochMilli());
        notes.add("has now received what it lacked of the finished run");
      }
    } catch (IOException | RuntimeException | FSError e) {
      notes.add(
          StorageFailure.reason(e)
              + "; what it lacks of the finished run is sent when the run is started again");
    }
  }

  private MlflowRun open(boolean isOver) throws IOException {
    MlflowRun opened = finder.open(isOver);
    if (opened.sent().rollbacks() > backfillTo.rollbacks()) {
      // An earlier process was killed after a rollback that was not in a checkpoint yet.
      opened.startOver();
    }
    tracked = opened;
    isBackfilled = false;
    return opened;
  }

  private void backfill(MlflowRun now) throws IOException {
    if (backfillTo.step() > 0) {
      backfill.send(now.sent(), backfillTo, MOST_POINTS, rows -> send(now, rows));
    }
  }

  private boolean hasPending() {
    if (pending.isEmpty()) {
      pending = buffer.take(MOST_POINTS);
    }
    return !pending.isEmpty();
  }

  private void send(MlflowRun now, List<Row> rows) throws IOException {
    try {
      now.log(rows);
    } catch (MlflowFailure e) {
      if (!e.isRejected()) {
        throw e;
      }
      MlflowRun.get(http, now.ids().runId());
      now.skip(rows);
      notes.refused("metrics", e);
    }
  }

  /** The run was deleted on the server: the next attempt finds or creates another. */
  private void lost(MlflowRun gone) {
    if (gone.sent().compareTo(backfillTo) > 0) {
      backfillTo = gone.sent();
    }
    tracked = null;
  }

  private void finish(MlflowRun now) throws IOException {
    if (!finder.isOwner(now)) {
      notes.add("has the run continued by another process, which will end it");
      return;
    }
    if (!hasArtifacts) {
      artifacts.copy(now).ifPresent(notes::add);
      hasArtifacts = true;
    }
    RunStatus how = status == null ? RunStatus.FAILED : status;
    now.end(how, Instant.now().toEpochMilli());
  }

  /** What was not delivered, in one line. */
  String loss() {
    int points = buffer.points() + pending.stream().mapToInt(Row::points).sum();
    return notes.line(
        String.format(
            Locale.ROOT,
            "%s; %,d metric values and the end of the run were not delivered; they are sent when"
                + " the run is started again",
            outage == null ? "is slow" : outage,
            points));
  }
}
