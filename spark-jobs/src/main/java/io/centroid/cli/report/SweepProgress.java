package io.centroid.cli.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.io.Json;
import io.centroid.run.RunObserver;
import io.centroid.sweep.SweepObserver;
import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.Trial;
import io.centroid.sweep.TrialRecord;
import io.centroid.train.Metric;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the progress of a sweep to standard error, in lines that begin with the trial. */
public final class SweepProgress implements SweepObserver {
  /** Minimum time between the lines of a trial with validation metrics. */
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final boolean verbose;
  private final String folder;
  // Trials have most remarks in common, such as the number of examples.
  private final Set<String> noted = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;
  private int trials;

  /**
   * Creates a report.
   *
   * @param verbose true also prints statistics of each run
   * @param folder folder of the sweep
   */
  public SweepProgress(Terminal terminal, boolean verbose, String folder) {
    this.terminal = terminal;
    this.verbose = verbose;
    this.folder = folder;
  }

  /** Prints what is going to be done. */
  public void onPlan(String place, SweepPlan plan) {
    trials = plan.trials().size();
    onNote(String.format(Locale.ROOT, "%d trial%s in %s", trials, trials == 1 ? "" : "s", place));
  }

  /**
   * Ends all output because a signal stops the sweep.
   *
   * @return end of a line that says how to resume
   */
  public Optional<String> stop() {
    silent = true;
    return Optional.of("; the same command resumes the sweep " + folder);
  }

  @Override
  public synchronized void onNote(String note) {
    if (!silent) {
      terminal.note(note);
    }
  }

  @Override
  public RunObserver onTrial(Trial trial) {
    onNote(String.format(Locale.ROOT, "%s of %d: %s", trial.name(), trials, trial.description()));
    return new OfRun(trial.name());
  }

  @Override
  public void onRecord(Trial trial, TrialRecord record, SweepResults results) {
    Metric metric = results.metric();
    String reason = record.reason();
    String outcome =
        reason != null || metric == null
            ? ": " + reason
            : String.format(
                Locale.ROOT,
                " after epoch %d: validation %s %s, %.1f s",
                record.epochs(),
                metric.key(),
                SweepReport.number(record.score(metric)),
                record.seconds());
    onNote(trial.name() + " " + Json.spelling(record.status()) + outcome);
  }

  @Override
  public void onRung(int epoch, List<Trial> kept, int of) {
    onNote(
        String.format(
            Locale.ROOT,
            "epoch %d: %d of %d trials continue: %s",
            epoch,
            kept.size(),
            of,
            kept.stream().map(Trial::name).collect(Collectors.joining(", "))));
  }

  /** Prints the remarks and validations of a trial's run. */
  private final class OfRun implements RunObserver {
    private final String trial;
    private @Nullable TrainingPlan plan;
    private long lastLineNanos = System.nanoTime() - LINE_EVERY_NANOS;

    OfRun(String trial) {
      this.trial = trial;
    }

    @Override
    public void onNote(String note) {
      if (verbose || noted.add(note)) {
        print(note);
      }
    }

    private void print(String line) {
      SweepProgress.this.onNote(trial + ": " + line);
    }

    @Override
    public void onDetail(String detail) {
      if (verbose) {
        onNote(detail);
      }
    }

    @Override
    public void onWarning(String warning) {
      print("WARNING: " + warning);
    }

    @Override
    public void onStart(TrainingPlan started, TrainState state) {
      plan = started;
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
      TrainingPlan current = plan;
      boolean isDue = verbose || System.nanoTime() - lastLineNanos >= LINE_EVERY_NANOS;
      if (part == EvaluationSet.VALIDATION && current != null && isDue) {
        lastLineNanos = System.nanoTime();
        print(
            String.format(
                Locale.ROOT,
                "step %,d of %,d, validation %s",
                state.steps(),
                current.totalSteps(),
                evaluation.metrics().entrySet().stream()
                    .map(entry -> entry.getKey() + " " + SweepReport.number(entry.getValue()))
                    .collect(Collectors.joining(", "))));
      }
    }
  }
}
