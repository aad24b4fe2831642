package io.centroid.tensorboard;

import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.EvaluationDetails;
import io.centroid.evaluate.Mistake;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.nn.ParameterLayout;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.tensorboard.EventProto.Summary;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's event files on a thread of its own. A round is handed over when all that was
 * reported before it is in the file system, so that a killed driver loses at most the last round,
 * and at most one milestone is in memory.
 */
final class TensorBoardReporter implements RunReporter {
  private static final int MOST_WORKERS = 16;
  private static final int MOST_CLASSES = 20;

  private final ReportedRun run;
  private final EventLog log;
  private final Optional<TextSamples> samples;
  private final ReporterThread thread = new ReporterThread("tensorboard");
  private final boolean maySavePrevious;
  private float @Nullable [] before;
  private @Nullable TrainState unsampled;
  private Map<String, String> texts = Map.of();
  private long lastStep;
  private boolean isFinished;

  /**
   * Opens the event files.
   *
   * @param hyperparameters hyperparameters by name
   */
  TensorBoardReporter(ReportedRun run, Map<String, String> hyperparameters) throws IOException {
    this.run = run;
    this.log = new EventLog(run);
    this.samples = TextSamples.of(run);
    this.maySavePrevious = run.config().train().patience() > 0;
    this.lastStep = run.start().steps();
    if (lastStep == 0) {
      Instant now = Instant.now();
      log.write(
          now,
          0,
          List.of(
              Summaries.text("configuration", "", Summaries.code(run.effective())),
              HParams.start(now, hyperparameters)));
      log.flush();
    }
  }

  @Override
  public void onRound(Round round, TrainState state, RoundMetrics metrics) throws IOException {
    thread.await();
    lastStep = state.steps();
    boolean isMilestone = state.stepInEpoch() == 0 || run.plan().isFinished(state);
    before = isMilestone ? round.start().parameters() : null;
    thread.add(
        () -> {
          log.write(time(metrics), metrics.step(), scalars(metrics));
          log.flush();
        });
  }

  private static Instant time(RoundMetrics metrics) {
    Instant time = metrics.time();
    return time == null ? Instant.now() : time;
  }

  private List<Summary.Value> scalars(RoundMetrics metrics) {
    List<Summary.Value> values = new ArrayList<>();
    for (RoundMetric metric : RoundMetric.values()) {
      double value = metrics.value(metric);
      if (Double.isFinite(value)) {
        String tag = metric.group().name().toLowerCase(Locale.ROOT) + "/" + metric.key();
        values.add(log.scalar(tag, metric.description(), value));
      }
    }
    if (metrics.workers().size() <= MOST_WORKERS) {
      for (int worker = 0; worker < metrics.workers().size(); worker++) {
        double loss = metrics.workers().get(worker).loss();
        if (Double.isFinite(loss)) {
          values.add(
              log.scalar(
                  "workers/loss-" + worker, "mean training loss of the worker's examples", loss));
        }
      }
    }
    return values;
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    String group = part.name().toLowerCase(Locale.ROOT);
    Instant time = Instant.now();
    thread.add(
        () -> {
          List<Summary.Value> values = new ArrayList<>();
          evaluation
              .metrics()
              .forEach((name, value) -> values.add(log.scalar(group + "/" + name, "", value)));
          addDetails(values, group, evaluation.details());
          log.write(time, state.steps(), values);
          log.flush();
        });
  }

  private void addDetails(List<Summary.Value> values, String group, EvaluationDetails details)
      throws IOException {
    ScoreCounts scores = details.scores();
    if (scores.classes() <= MOST_CLASSES) {
      for (int label = 0; label < scores.classes(); label++) {
        values.add(
            Summaries.precisionRecall(
                group + "/class-" + label, group + ": class " + className(label), scores, label));
      }
    }
    List<Mistake> mistakes = details.mistakes();
    if (!mistakes.isEmpty()) {
      MistakeGrid grid = new MistakeGrid(run.network().input(), run.classNames());
      values.add(
          Summaries.image(
              group + "/mistakes",
              "misclassified images, the most confident first: actual class, predicted class and"
                  + " its probability",
              grid.draw(mistakes)));
      values.add(
          Summaries.text(
              group + "/mistakes-list", "", Summaries.code(grid.list(mistakes).stripTrailing())));
    }
  }

  private String className(int label) {
    return run.classNames().isEmpty() ? Integer.toString(label) : run.classNames().get(label);
  }

  @Override
  public void onMilestone(TrainState state) {
    float[] earlier = before;
    before = null;
    Instant time = Instant.now();
    thread.add(
        () -> {
          writeHistograms(time, state, earlier);
          log.flush();
          unsampled = state;
          if (samples.isPresent()) {
            sampleIf(run.plan().isFinished(state));
          }
          if (!maySavePrevious) {
            unsampled = null;
          }
        });
  }

  /** One record per tensor, so that records stay small. */
  private void writeHistograms(Instant time, TrainState state, float @Nullable [] earlier)
      throws IOException {
    float[] after = state.parameters();
    for (ParameterLayout.Entry entry : run.layout().entries()) {
      int from = Math.toIntExact(entry.offset());
      int size = Math.toIntExact(entry.size());
      List<Summary.Value> values = new ArrayList<>();
      values.add(histogram("parameters/" + entry.name(), Histogram.of(i -> after[i], from, size)));
      if (earlier != null) {
        values.add(
            histogram(
                "deltas/" + entry.name(), Histogram.of(i -> after[i] - earlier[i], from, size)));
      }
      log.write(time, state.steps(), values);
    }
  }

  private static Summary.Value histogram(String tag, Histogram histogram) {
    String description =
        histogram.stride() == 1 ? "" : "of every " + histogram.stride() + "th value";
    return Summaries.histogram(tag, description, histogram);
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
          List.of(Summaries.text("samples/continuations", "", TextSamples.markdown(texts))));
      log.flush();
    }
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) throws IOException {
    thread.await();
    unsampled = null;
    lastStep = state.steps();
    log.cut(lastStep);
  }

  /** A run that stopped early did not know that its last milestone was the last one. */
  @Override
  public Map<String, String> texts() {
    thread.add(() -> sampleIf(true));
    try {
      thread.await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  @Override
  public void onResult(RunResult result) {
    isFinished = true;
  }

  @Override
  public void close() throws IOException {
    try (log;
        thread) {
      thread.await();
      Instant now = Instant.now();
      log.write(now, lastStep, List.of(HParams.end(now, isFinished)));
    }
  }
}
