package io.centroid.cli.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.run.RunObserver;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of a training run: a progress bar on a terminal, elsewhere a line for each
 * evaluation and at most every ten seconds.
 */
public final class ProgressReport implements RunObserver, AutoCloseable {
  private final Terminal terminal;
  private final boolean verbose;
  private volatile Terminal.@Nullable Bar bar;
  private volatile boolean silent;
  private volatile @Nullable Saved saved;
  private volatile TimeLeft timeLeft = new TimeLeft(0, 0, 0);
  private volatile Latest latest = new Latest(Double.NaN, 0, "");
  private @Nullable TrainingPlan plan;
  private long lastLineNanos;
  private long trainedExamples;
  private long trainingNanos;

  /** Values that the progress bar shows, which is drawn on another thread. */
  private record Latest(double loss, double examplesPerSecond, String validation) {}

  /**
   * Creates a report.
   *
   * @param verbose true also prints statistics
   */
  public ProgressReport(Terminal terminal, boolean verbose) {
    this.terminal = terminal;
    this.verbose = verbose;
  }

  @Override
  public void onNote(String note) {
    if (!silent) {
      terminal.note(note);
    }
  }

  @Override
  public void onDetail(String detail) {
    if (verbose) {
      onNote(detail);
    }
  }

  /** Number of examples trained on so far. */
  public long trainedExamples() {
    return trainedExamples;
  }

  @Override
  public void onSaved(String runFolder, long step) {
    saved = new Saved(runFolder, step);
  }

  private record Saved(String runFolder, long step) {}

  /**
   * Ends all output because a signal stops the run.
   *
   * @return end of a line that says what is left and how to resume
   */
  public Optional<String> stop() {
    silent = true;
    onEnd();
    Saved last = saved;
    if (last == null) {
      return Optional.of(" before the run started: the same command starts it");
    }
    return Optional.of(
        last.step < 0
            ? "; the run "
                + last.runFolder
                + " has no checkpoint yet: the same command starts it again"
            : String.format(
                Locale.ROOT,
                "; the last checkpoint is %s/checkpoints/step-%08d: the same command resumes the"
                    + " run",
                last.runFolder,
                last.step));
  }

  @Override
  public void onStart(TrainingPlan started, TrainState state) {
    plan = started;
    lastLineNanos = System.nanoTime();
    timeLeft = new TimeLeft(started.totalSteps(), state.steps(), lastLineNanos);
    if (!silent) {
      bar = terminal.bar("training", started.totalSteps(), state.steps(), this::details);
    }
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    trainedExamples += result.examples();
    trainingNanos += roundNanos;
    double examplesPerSecond = trainingNanos == 0 ? 0 : trainedExamples / (trainingNanos / 1e9);
    latest = new Latest(result.loss(), examplesPerSecond, latest.validation);
    long now = System.nanoTime();
    timeLeft.advance(state.steps(), now);
    Terminal.Bar shown = bar;
    if (shown != null) {
      shown.stepTo(state.steps());
    } else if (now - lastLineNanos > TaskProgress.LINE_EVERY_NANOS) {
      line(state, round.epoch() + 1, "");
    }
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (part != EvaluationSet.VALIDATION) {
      return;
    }
    Map<String, Double> metrics = evaluation.metrics();
    latest = new Latest(latest.loss, latest.examplesPerSecond, RunLine.quality(metrics, "error"));
    if (bar == null) {
      int epoch = state.stepInEpoch() == 0 ? state.epoch() : state.epoch() + 1;
      line(state, epoch, RunLine.metrics(metrics));
    }
  }

  /** What is shown next to the bar. */
  private List<String> details() {
    Latest now = latest;
    if (Double.isNaN(now.loss)) {
      return List.of("");
    }
    return List.of(
        String.format(Locale.ROOT, "loss %.4f", now.loss),
        now.validation,
        String.format(Locale.ROOT, "%,.0f examples/s", now.examplesPerSecond),
        timeLeft.text(System.nanoTime()));
  }

  @Override
  public synchronized void onEnd() {
    Terminal.Bar shown = bar;
    bar = null;
    if (shown != null) {
      shown.close();
    }
  }

  @Override
  public void close() {
    onEnd();
  }

  private void line(TrainState state, int epoch, String validation) {
    TrainingPlan current = plan;
    if (current == null || silent || !terminal.hasLines()) {
      return;
    }
    lastLineNanos = System.nanoTime();
    RunLine line =
        new RunLine(
            epoch,
            (current.totalSteps() + current.stepsPerEpoch() - 1) / current.stepsPerEpoch(),
            state.steps(),
            current.totalSteps(),
            latest.loss,
            validation,
            latest.examplesPerSecond,
            timeLeft.text(lastLineNanos));
    terminal.note(line.text());
  }
}
