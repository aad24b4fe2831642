package io.centroid.tensorboard;

import io.centroid.evaluate.Evaluation;
import io.centroid.nn.ParameterLayout;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's event files on a thread of its own. A round is handed over when all that was
 * reported before it is in the file system, so that a killed driver loses at most the last round,
 * and at most one milestone is in memory.
 */
final class TensorBoardReporter implements RunReporter {
  private final ReportedRun run;
  private final Map<String, String> hyperparameters;
  private final EventLog log;
  private final RunValues values;
  private final Optional<TextSamples> samples;
  private final ReporterThread thread = new ReporterThread("tensorboard");
  private final boolean mayStopEarly;
  private final Budget details;
  private final Budget histograms;
  private ReporterThread.@Nullable Task postponed;
  private float @Nullable [] before;
  private @Nullable TrainState unsampled;
  private Map<String, String> texts = Map.of();
  private long lastStep;
  private boolean endsAsPlanned;

  /**
   * Opens the event files.
   *
   * @param start state from which this process trains
   * @param hyperparameters hyperparameters by name
   * @param nanoTime clock in nanoseconds for the time that expensive values may take
   */
  TensorBoardReporter(
      ReportedRun run, TrainState start, Map<String, String> hyperparameters, LongSupplier nanoTime)
      throws IOException {
    this.run = run;
    this.hyperparameters = hyperparameters;
    this.details = new Budget(nanoTime);
    this.histograms = new Budget(nanoTime);
    this.values = new RunValues(run);
    this.samples = TextSamples.of(run);
    this.mayStopEarly = run.config().train().patience() > 0;
    this.lastStep = run.startStep();
    this.log = new EventLog(run);
    describe();
    samples.ifPresent(model -> model.resume(log.samplesSeconds(), log.unsampledSeconds()));
    if (lastStep > 0 && isMilestone(start)) {
      addSamples(start);
    }
  }

  private void describe() throws IOException {
    if (log.isDescribed()) {
      return;
    }
    Instant now = Instant.now();
    try {
      log.write(
          now,
          0,
          List.of(
              Summaries.text("configuration", "", Summaries.code(run.effective())),
              HParams.start(now, hyperparameters)));
      log.flush();
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  @Override
  public void onRound(Round round, TrainState state, RoundMetrics metrics) throws IOException {
    thread.await();
    lastStep = state.steps();
    before = isMilestone(state) ? round.start().parameters() : null;
    thread.add(
        () -> {
          log.write(time(metrics), metrics.step(), values.of(metrics));
          log.flush();
        });
  }

  private boolean isMilestone(TrainState state) {
    return state.stepInEpoch() == 0 || run.plan().isFinished(state);
  }

  private static Instant time(RoundMetrics metrics) {
    Instant time = metrics.time();
    return time == null ? Instant.now() : time;
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    Instant time = Instant.now();
    String name = part.name().toLowerCase(Locale.ROOT);
    boolean isLast = part == EvaluationSet.TEST || run.plan().isFinished(state);
    thread.add(
        () -> {
          log.write(time, state.steps(), values.of(name, evaluation.metrics()));
          log.flush();
          postponed = null;
          ReporterThread.Task work =
              () -> {
                log.write(time, state.steps(), values.details(name, evaluation));
                log.flush();
              };
          if (isLast || details.isDue()) {
            details.spend(work);
          } else if (mayStopEarly) {
            postponed = work;
          }
        });
  }

  /** Writes a record per tensor, so that records stay small. */
  private void writeHistograms(Instant time, TrainState state, float @Nullable [] earlier)
      throws IOException {
    for (ParameterLayout.Entry entry : run.layout().entries()) {
      log.write(time, state.steps(), RunValues.of(entry, state.parameters(), earlier));
    }
    log.flush();
  }

  /** What a milestone reported is in the file system before its checkpoint is written. */
  @Override
  public void onMilestone(TrainState state) throws IOException {
    float[] earlier = before;
    before = null;
    Instant time = Instant.now();
    thread.add(
        () -> {
          if (run.plan().isFinished(state) || histograms.isDue()) {
            histograms.spend(() -> writeHistograms(time, state, earlier));
          }
        });
    thread.await();
    addSamples(state);
  }

  /** Of a run that resumes, the process before may have been killed while it generated them. */
  private void addSamples(TrainState state) {
    if (samples.isPresent()) {
      thread.add(
          () -> {
            unsampled = state;
            sampleIf(run.plan().isFinished(state));
            if (!mayStopEarly) {
              unsampled = null;
            }
          });
    }
  }

  /** Samples the last milestone's model. */
  private void sampleIf(boolean always) throws IOException {
    TrainState state = unsampled;
    if (state == null || samples.isEmpty()) {
      return;
    }
    TextSamples model = samples.get();
    if (always || model.isAffordable(state.parameters())) {
      unsampled = null;
      texts = model.sample(state.parameters());
      log.write(
          Instant.now(),
          state.steps(),
          List.of(Summaries.text(TextSamples.TAG, "", TextSamples.markdown(texts))));
      log.flush();
    }
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) throws IOException {
    thread.await();
    postponed = null;
    unsampled = null;
    lastStep = state.steps();
    log.cut(lastStep);
    describe();
    values.describeAgain();
  }

  /** A run that stopped early did not know that its last milestone was the last one. */
  @Override
  public Map<String, String> texts() {
    thread.add(
        () -> {
          ReporterThread.Task last = postponed;
          if (last != null) {
            postponed = null;
            last.run();
          }
          sampleIf(true);
        });
    try {
      thread.await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  @Override
  public void onPause() {
    endsAsPlanned = true;
  }

  @Override
  public void onResult(RunResult result) {
    endsAsPlanned = true;
  }

  @Override
  public void close() throws IOException {
    try (log;
        thread) {
      thread.await();
      Instant now = Instant.now();
      log.write(now, lastStep, List.of(HParams.end(now, endsAsPlanned)));
    }
  }
}
