package io.centroid.cli.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.run.RunObserver;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of a training run to standard error: a progress bar on a terminal, lines
 * elsewhere.
 */
public final class ProgressReport implements RunObserver, AutoCloseable {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final boolean verbose;
  private @Nullable ProgressBar bar;
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
    this(err, isTerminal(), verbose);
  }

  ProgressReport(PrintWriter err, boolean terminal, boolean verbose) {
    this.err = err;
    this.terminal = terminal;
    this.verbose = verbose;
  }

  /** True if standard error is a terminal. */
  public static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void onNote(String note) {
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
  public void onStart(TrainingPlan started, TrainState state) {
    plan = started;
    startStep = state.steps();
    startedNanos = System.nanoTime();
    lastLineNanos = startedNanos;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setStyle(ProgressBarStyle.ASCII)
              .setInitialMax(started.totalSteps())
              .startsFrom(state.steps(), Duration.ZERO)
              .setUpdateIntervalMillis(200)
              .build();
    }
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    trainedExamples += result.examples();
    trainingNanos += roundNanos;
    loss = result.loss();
    if (bar != null) {
      bar.stepTo(state.steps());
      // Short, so that the bar still fits a terminal of 80 columns.
      bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f%s", loss, validation));
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
  public void onEnd() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    onEnd();
  }

  private void line(TrainState state, int epoch, String more) {
    TrainingPlan current = plan;
    if (current == null) {
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
