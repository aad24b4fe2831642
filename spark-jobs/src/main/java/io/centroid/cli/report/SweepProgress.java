package io.centroid.cli.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.io.Json;
import io.centroid.run.RunObserver;
import io.centroid.sweep.Halving;
import io.centroid.sweep.SweepObserver;
import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.Trial;
import io.centroid.sweep.TrialRecord;
import io.centroid.train.Metric;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of a sweep to standard error: a progress bar on a terminal, below a line for
 * each trial that starts or ends; elsewhere also lines with validation metrics.
 */
public final class SweepProgress implements SweepObserver, AutoCloseable {
  /** Minimum time between the lines of a trial with validation metrics. */
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  /** Parts of an epoch that the bar distinguishes. */
  private static final int PARTS = 1000;

  private final Terminal terminal;
  private final boolean verbose;
  private final String folder;
  // Trials have most remarks in common, such as the number of examples.
  private final Set<String> noted = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Double> running = new ConcurrentSkipListMap<>();
  private volatile boolean silent;
  private volatile Terminal.@Nullable Bar bar;
  private volatile SweepResults results = new SweepResults(null, List.of());
  private volatile TimeLeft timeLeft = new TimeLeft(0, 0, 0);
  private @Nullable Halving halving;
  private int trials;
  private int epochs;

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

  /**
   * Prints what is going to be done.
   *
   * @param whole epochs of a trial that is trained to its end
   */
  public void onPlan(String place, SweepPlan plan, int whole) {
    trials = plan.trials().size();
    halving = plan.halving();
    // Without halving, a trial is the unit, however long it is.
    epochs = halving == null ? 1 : whole;
    onNote(String.format(Locale.ROOT, "%d trial%s in %s", trials, trials == 1 ? "" : "s", place));
  }

  @Override
  public synchronized void onStart(SweepResults stored) {
    results = stored;
    long total = PARTS * (halving == null ? trials : halving.epochs(trials, epochs));
    timeLeft = new TimeLeft(total, done(), System.nanoTime());
    if (!silent) {
      bar = terminal.bar("sweep", total, done(), this::details);
    }
  }

  /**
   * Ends all output because a signal stops the sweep.
   *
   * @return end of a line that says how to resume
   */
  public Optional<String> stop() {
    silent = true;
    close();
    return Optional.of("; the same command resumes the sweep " + folder);
  }

  @Override
  public synchronized void close() {
    Terminal.Bar shown = bar;
    bar = null;
    if (shown != null) {
      shown.close();
    }
  }

  @Override
  public synchronized void onNote(String note) {
    if (!silent) {
      terminal.note(note);
    }
  }

  private void progress(String line) {
    if (bar != null || terminal.hasLines()) {
      onNote(line);
    }
  }

  @Override
  public synchronized RunObserver onTrial(Trial trial) {
    progress(String.format(Locale.ROOT, "%s of %d: %s", trial.name(), trials, trial.description()));
    return new OfRun(trial);
  }

  @Override
  public synchronized void onRecord(Trial trial, TrialRecord record, SweepResults recorded) {
    results = recorded;
    running.remove(trial.number());
    advance();
    Metric metric = recorded.metric();
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
    String state =
        bar == null
            ? state().stream()
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", ", "; ", ""))
            : "";
    progress(trial.name() + " " + Json.spelling(record.status()) + outcome + state);
  }

  @Override
  public synchronized void onRung(int epoch, List<Trial> kept, int of) {
    progress(
        String.format(
            Locale.ROOT,
            "epoch %d: %d of %d trials continue: %s",
            epoch,
            kept.size(),
            of,
            kept.stream().map(Trial::name).collect(Collectors.joining(", "))));
  }

  private void advance() {
    long done = done();
    timeLeft.advance(done, System.nanoTime());
    Terminal.Bar shown = bar;
    if (shown != null) {
      shown.stepTo(done);
    }
  }

  /** Thousandths of epochs that the trials are trained, or will never be. */
  private long done() {
    double done = 0;
    for (TrialRecord record : results.trials()) {
      done += epochs * running.getOrDefault(record.trial(), 0.0);
      done += running.containsKey(record.trial()) ? 0 : epochs(record);
    }
    return (long) (PARTS * done);
  }

  private int epochs(TrialRecord record) {
    int reached = record.rungs().stream().mapToInt(TrialRecord.Rung::epoch).max().orElse(0);
    return switch (record.status()) {
      case PLANNED, PAUSED, STOPPED -> reached;
      case FINISHED -> epochs;
      case DIVERGED, FAILED ->
          halving == null
              ? epochs
              : halving.rungs(epochs).stream()
                  .filter(rung -> rung > reached)
                  .findFirst()
                  .orElse(epochs);
    };
  }

  /** What is shown next to the bar. */
  private List<String> details() {
    List<String> details = new ArrayList<>(state());
    details.addAll(
        details.size() - 1,
        running.entrySet().stream()
            .map(
                run ->
                    String.format(
                        Locale.ROOT, "%s %.0f%%", Trial.name(run.getKey()), 100 * run.getValue()))
            .toList());
    return details;
  }

  /** Trials that have ended, the best metric, and the time left; empty if not known yet. */
  private List<String> state() {
    SweepResults now = results;
    Metric metric = now.metric();
    long over = now.trials().stream().filter(TrialRecord::isOver).count();
    return Stream.of(
            String.format(Locale.ROOT, "%d of %d trials", over, trials),
            metric == null
                ? ""
                : now.best()
                    .map(
                        best ->
                            "best " + metric.key() + " " + SweepReport.number(best.score(metric)))
                    .orElse(""),
            timeLeft.text(System.nanoTime()))
        .toList();
  }

  /** Prints the remarks and validations of a trial's run. */
  private final class OfRun implements RunObserver {
    private final Trial trial;
    private @Nullable TrainingPlan plan;
    private long lastLineNanos = System.nanoTime() - LINE_EVERY_NANOS;

    OfRun(Trial trial) {
      this.trial = trial;
    }

    @Override
    public void onNote(String note) {
      if (verbose || noted.add(note)) {
        print(note);
      }
    }

    private void print(String line) {
      SweepProgress.this.onNote(trial.name() + ": " + line);
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
      onSteps(started, state);
    }

    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      TrainingPlan current = plan;
      if (current != null) {
        onSteps(current, state);
      }
    }

    private void onSteps(TrainingPlan current, TrainState state) {
      synchronized (SweepProgress.this) {
        running.put(trial.number(), (double) state.steps() / current.totalSteps());
        advance();
      }
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
      TrainingPlan current = plan;
      boolean isDue = verbose || System.nanoTime() - lastLineNanos >= LINE_EVERY_NANOS;
      if (part == EvaluationSet.VALIDATION && current != null && isDue && terminal.hasLines()) {
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
