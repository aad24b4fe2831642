package io.centroid.run;

import io.centroid.error.StorageFailure;
import io.centroid.evaluate.Evaluation;
import io.centroid.memory.ProcessMemory;
import io.centroid.privacy.PrivacyAccount;
import io.centroid.run.metrics.MetricsLog;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.Rollback;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.FSError;
import org.jspecify.annotations.Nullable;

/**
 * Derives the metrics of each round and passes them to the metrics log, which must be written, and
 * to the run's reporters, each of which is dropped with a warning if it fails.
 */
final class Reporting implements TrainingListener, Closeable {
  private final MetricsLog log;
  private final int parallelism;
  private final LongSupplier checkpointNanos;
  private final @Nullable PrivacyAccount privacy;
  private final RunObserver observer;
  private final List<Open> reporters = new ArrayList<>();
  private final ProcessMemory driver = new ProcessMemory();
  private long checkpointed;

  private record Open(String name, RunReporter reporter) {}

  private interface Event {
    void tell(RunReporter reporter) throws IOException;
  }

  /**
   * Opens the reporters.
   *
   * @param log metrics log, which the caller closes
   * @param parallelism number of workers that compute concurrently
   * @param checkpointNanos time that training has waited for checkpoints so far
   * @param privacy account of the privacy loss; null without it
   * @param observer receives each round's metrics, and a note for each reporter that fails
   */
  Reporting(
      MetricsLog log,
      List<RunReporter.Factory> factories,
      ReportedRun run,
      TrainState start,
      int parallelism,
      LongSupplier checkpointNanos,
      @Nullable PrivacyAccount privacy,
      RunObserver observer) {
    this.log = log;
    this.parallelism = parallelism;
    this.checkpointNanos = checkpointNanos;
    this.privacy = privacy;
    this.observer = observer;
    for (RunReporter.Factory factory : factories) {
      try {
        factory
            .open(run, start)
            .ifPresent(reporter -> reporters.add(new Open(factory.name(), reporter)));
      } catch (IOException | RuntimeException | LinkageError | StackOverflowError | FSError e) {
        warn(factory.name(), e);
      }
    }
  }

  /** Has the reporters deliver what they could not of a run that is finished. */
  static void complete(
      List<RunReporter.Factory> factories, ReportedRun run, TrainState end, RunObserver observer) {
    for (RunReporter.Factory factory : factories) {
      try {
        factory.complete(run, end);
      } catch (IOException | RuntimeException | LinkageError | StackOverflowError | FSError e) {
        observer.onNote(factory.name() + ": " + StorageFailure.reason(e));
      }
    }
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    long total = checkpointNanos.getAsLong();
    RoundMetrics measured =
        RoundMetrics.of(
                Instant.now(), state, round, result, roundNanos, parallelism, total - checkpointed)
            .withDriver(driver.peak());
    RoundMetrics metrics =
        privacy == null ? measured : measured.withEpsilon(privacy.epsilon(state.steps()));
    checkpointed = total;
    log.onRound(round, state, metrics);
    tell(reporter -> reporter.onRound(round, state, metrics));
    observer.onMetrics(metrics);
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    log.onEvaluation(state, part, evaluation);
    tell(reporter -> reporter.onEvaluation(state, part, evaluation));
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    log.onRollback(state, rollback);
    tell(reporter -> reporter.onRollback(state, rollback));
  }

  @Override
  public void onMilestone(TrainState state) {
    tell(reporter -> reporter.onMilestone(state));
  }

  /** Texts of all reporters. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    tell(reporter -> texts.putAll(reporter.texts()));
    return texts;
  }

  /** Says that the run pauses as planned. */
  void onPause() {
    tell(RunReporter::onPause);
  }

  /** Passes the result on, after all other files of the run were written. */
  void onResult(RunResult result) {
    tell(reporter -> reporter.onResult(result));
  }

  private void tell(Event event) {
    for (Open open : List.copyOf(reporters)) {
      try {
        event.tell(open.reporter);
      } catch (IOException | RuntimeException | LinkageError | StackOverflowError | FSError e) {
        reporters.remove(open);
        warn(open.name, e);
        close(open);
      }
    }
  }

  private void warn(String name, Throwable e) {
    observer.onNote(name + ": " + StorageFailure.reason(e) + "; the run continues without it");
  }

  private void close(Open open) {
    try {
      open.reporter.close();
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError | FSError e) {
      warn(open.name, e);
    }
  }

  @Override
  public void close() {
    reporters.forEach(this::close);
    reporters.clear();
  }
}
