package io.centroid.tracking;

import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.evaluate.Evaluation;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A training that is tracked. It has two workers, 3 epochs of 8 steps, and 9 rounds that end at the
 * steps 3, 6, 8, 11, 14, 16, 19, 22 and 24; checkpoints are at the ends of epochs.
 */
final class TrackedTraining {
  static final List<Long> STEPS = List.of(3L, 6L, 8L, 11L, 14L, 16L, 19L, 22L, 24L);

  static final MlflowReporter.Limits FAST =
      new MlflowReporter.Limits(
          Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(20), 100_000);

  private final Path directory;
  private final Map<String, Object> settings;
  private final MlflowReporter.Limits limits;
  private final RunReporter observing;

  /** Durations of the reporter's onRound. */
  final List<Duration> handOvers = new CopyOnWriteArrayList<>();

  /** Notes and warnings. */
  final List<String> notes = new CopyOnWriteArrayList<>();

  private @Nullable ReportedRun reported;

  private TrackedTraining(
      Path directory,
      Map<String, Object> settings,
      MlflowReporter.Limits limits,
      RunReporter observing) {
    this.directory = directory;
    this.settings = settings;
    this.limits = limits;
    this.observing = observing;
  }

  static TrackedTraining of(Path directory, String uri) {
    return new TrackedTraining(
        directory, Map.of("report.mlflow.uri", uri), FAST, new RunReporter() {});
  }

  TrackedTraining observedBy(RunReporter other) {
    return new TrackedTraining(directory, settings, limits, other);
  }

  TrackedTraining within(MlflowReporter.Limits others) {
    return new TrackedTraining(directory, settings, others, observing);
  }

  TrackedTraining with(String key, Object value) {
    Map<String, Object> more = new HashMap<>(settings);
    more.put(key, value);
    return new TrackedTraining(directory, more, limits, observing);
  }

  /** What reporters know about the run that was trained. */
  ReportedRun reported() {
    return Objects.requireNonNull(reported);
  }

  RunResult run() throws IOException {
    Trainer trainer =
        Trainer.of(Networks.mlp(784, 12, 10))
            .optimizer(Optimizers.sgd(0.05))
            .workers(2)
            .batchSize(32)
            .localSteps(3)
            .epochs(3)
            .set("run.name", "tracked")
            .reporter(new Tracking(new MlflowReporter.Opener(limits)))
            .reporter(new Observing())
            .listener(
                new RunObserver() {
                  @Override
                  public void onNote(String note) {
                    notes.add(note);
                  }

                  @Override
                  public void onWarning(String warning) {
                    notes.add("WARNING: " + warning);
                  }
                })
            .checkpointTo(directory.toString());
    settings.forEach(trainer::set);
    try (Model model = trainer.train(Dataset.digits(500, 100).validationSplit(0.1))) {
      return model.result().orElseThrow();
    }
  }

  private final class Tracking implements RunReporter.Factory {
    private final MlflowReporter.Opener opener;

    Tracking(MlflowReporter.Opener opener) {
      this.opener = opener;
    }

    @Override
    public String name() {
      return opener.name();
    }

    @Override
    public Optional<RunReporter> open(ReportedRun run, TrainState start) {
      return opener.open(run, start).map(Timed::new);
    }

    @Override
    public void complete(ReportedRun run, TrainState end) throws IOException {
      opener.complete(run, end);
    }
  }

  private final class Observing implements RunReporter.Factory {
    @Override
    public String name() {
      return "observing";
    }

    @Override
    public Optional<RunReporter> open(ReportedRun run, TrainState start) {
      reported = run;
      return Optional.of(observing);
    }
  }

  /** Measures how long the hand-over of a round takes. */
  private final class Timed implements RunReporter {
    private final RunReporter timed;

    Timed(RunReporter timed) {
      this.timed = timed;
    }

    @Override
    public void onRound(Round round, TrainState state, RoundMetrics metrics) throws IOException {
      long start = System.nanoTime();
      timed.onRound(round, state, metrics);
      handOvers.add(Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation)
        throws IOException {
      timed.onEvaluation(state, part, evaluation);
    }

    @Override
    public void onRollback(TrainState state, Rollback rollback) throws IOException {
      timed.onRollback(state, rollback);
    }

    @Override
    public void onResult(RunResult result) throws IOException {
      timed.onResult(result);
    }

    @Override
    public void close() throws IOException {
      timed.close();
    }
  }

  /** What the user is reported about MLflow. */
  List<String> ofMlflow() {
    return notes.stream().filter(note -> note.contains("MLflow")).toList();
  }

  /** Acts when the round is handed over that ends at a step, or at every round if it is 0. */
  static RunReporter at(long step, Runnable action) {
    return new RunReporter() {
      @Override
      public void onRound(Round round, TrainState state, RoundMetrics metrics) {
        if (step == 0 || metrics.step() == step) {
          action.run();
        }
      }
    };
  }
}
