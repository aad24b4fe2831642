package io.centroid.cli.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.run.RunObserver;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of a training run to standard error: a progress bar on a terminal, lines
 * elsewhere.
 */
public final class ProgressReport implements RunObserver, AutoCloseable {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final boolean verbose;
  private volatile @Nullable ProgressBar bar;
  private volatile boolean silent;
  private volatile @Nullable Saved saved;
  private @Nullable TrainingPlan plan;
  private long startStep;
  private long startedNanos;
  private long lastLineNanos;
  private long trainedExamples;
  private long trainingNanos;
  private double loss;
  private String validation = "";

  /**
   * A report to the process's standard error.
   *
   * @param verbose true also prints statistics
   */
  public ProgressReport(PrintWriter err, boolean verbose) {
    this(err, Terminal.isThere(), verbose);
  }

  ProgressReport(PrintWriter err, boolean terminal, boolean verbose) {
    this.err = err;
    this.terminal = terminal;
    this.verbose = verbose;
  }

  @Override
  public void onNote(String note) {
    if (silent) {
      return;
    }
    err.println(note);
    err.flush();
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
    startStep = state.steps();
    startedNanos = System.nanoTime();
    lastLineNanos = startedNanos;
    if (terminal && !silent) {
      bar =
          Terminal.bar("training", started.totalSteps())
              .startsFrom(state.steps(), Duration.ZERO)
              .build();
    }
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    trainedExamples += result.examples();
    trainingNanos += roundNanos;
    loss = result.loss();
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(state.steps());
      // Short, so that the bar still fits a terminal of 80 columns.
      shown.setExtraMessage(String.format(Locale.ROOT, "loss %.4f%s", loss, validation));
    } else if (System.nanoTime() - lastLineNanos > LINE_EVERY_NANOS) {
      line(state, round.epoch() + 1, "");
    }
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (part != EvaluationSet.VALIDATION) {
      return;
    }
    String quality = quality(evaluation);
    validation = ", " + quality;
    if (bar == null) {
      line(
          state,
          state.stepInEpoch() == 0 ? state.epoch() : state.epoch() + 1,
          String.format(Locale.ROOT, ", validation %s, loss %.4f", quality, evaluation.loss()));
    }
  }

  private static String quality(Evaluation evaluation) {
    if (evaluation.isLanguage()) {
      return String.format(Locale.ROOT, "perplexity %.3f", evaluation.perplexity());
    }
    return evaluation.isClassification()
        ? String.format(Locale.ROOT, "accuracy %.4f", evaluation.accuracy())
        : String.format(Locale.ROOT, "mean absolute error %.4f", evaluation.meanAbsoluteError());
  }

  @Override
  public synchronized void onEnd() {
    ProgressBar shown = bar;
    bar = null;
    if (shown != null) {
      shown.close();
    }
  }

  @Override
  public void close() {
    onEnd();
  }

  private void line(TrainState state, int epoch, String more) {
    TrainingPlan current = plan;
    if (current == null || silent) {
      return;
    }
    lastLineNanos = System.nanoTime();
    err.printf(
        Locale.ROOT,
        "epoch %d of %d, step %,d of %,d, loss %.4f%s, %,.0f examples/s, %s left%n",
        epoch,
        (current.totalSteps() + current.stepsPerEpoch() - 1) / current.stepsPerEpoch(),
        state.steps(),
        current.totalSteps(),
        loss,
        more,
        examplesPerSecond(),
        left(state, current));
    err.flush();
  }

  private double examplesPerSecond() {
    return trainingNanos == 0 ? 0 : trainedExamples / (trainingNanos / 1e9);
  }

  private String left(TrainState state, TrainingPlan current) {
    long done = state.steps() - startStep;
    long nanos = System.nanoTime() - startedNanos;
    long seconds =
        done == 0
            ? 0
            : Math.round((double) nanos / done * (current.totalSteps() - state.steps()) / 1e9);
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }
}
