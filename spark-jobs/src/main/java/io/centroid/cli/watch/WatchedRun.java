package io.centroid.cli.watch;

import io.centroid.cli.report.RunLine;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a run that another process trains. Its size does not grow with the run. */
final class WatchedRun implements MetricsTail.Sink {
  /** Without a round for this long, and for ten times a round, a run may be interrupted. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private static final int SILENT_ROUNDS = 10;

  /** A metric with its curve and, as soon as it is known, the name of its values. */
  static final class Drawn {
    private final WatchedMetric metric;
    private Curve curve = new Curve();
    private String title;

    private Drawn(WatchedMetric metric) {
      this.metric = metric;
      this.title = metric.title();
    }

    Curve curve() {
      return curve;
    }

    String title() {
      return title;
    }
  }

  private final List<Drawn> drawn;
  private final EnumMap<RoundMetric, Double> sums = new EnumMap<>(RoundMetric.class);
  private long epochs;
  private long plannedSteps;
  private long stepsPerEpoch;
  private long trainedSteps;
  private long trainedExamples;
  private @Nullable RoundMetrics last;
  private @Nullable Instant time;
  private Map<String, Double> validation = Map.of();
  private int rollbacks;
  private long damaged;
  private long firstDamaged;
  private long checkpoint = -1;
  private @Nullable RunResult result;

  WatchedRun(List<WatchedMetric> metrics) {
    drawn = metrics.stream().map(Drawn::new).toList();
  }

  /**
   * The plan of the run's configuration.
   *
   * @param steps number of steps of the run; 0: as many as the epochs have
   */
  void onPlan(long plannedEpochs, long steps) {
    epochs = steps > 0 ? 0 : plannedEpochs;
    plannedSteps = steps;
  }

  /** The step of the newest checkpoint; 0 if there is none. */
  void onCheckpoint(long step) {
    checkpoint = step;
  }

  /** The result of the finished run; null if it is not finished. */
  void onResult(@Nullable RunResult found) {
    result = found;
  }

  @Override
  public void onReplaced() {
    drawn.forEach(metric -> metric.curve = new Curve());
    sums.clear();
    trainedSteps = 0;
    trainedExamples = 0;
    last = null;
    validation = Map.of();
    rollbacks = 0;
    damaged = 0;
  }

  @Override
  public void onDamaged(long number) {
    if (damaged++ == 0) {
      firstDamaged = number;
    }
  }

  @Override
  public void onRow(MetricsRow row) {
    for (Drawn metric : drawn) {
      metric
          .metric
          .value(row)
          .ifPresent(
              value -> {
                metric.curve.add(row.step(), value);
                metric.title = WatchedMetric.title(metric.metric, row);
              });
    }
    if (row instanceof MetricsRow.OfRound round) {
      onRound(round.metrics());
    } else if (row instanceof MetricsRow.OfEvaluation evaluation) {
      onEvaluation(evaluation);
    } else {
      rollbacks++;
    }
  }

  private void onRound(RoundMetrics round) {
    RoundMetrics before = last;
    if (before != null && round.epoch() > before.epoch()) {
      stepsPerEpoch = before.step() / round.epoch();
    }
    last = round;
    time = round.time() == null ? time : round.time();
    trainedSteps += round.localSteps();
    trainedExamples += round.roundExamples();
    round.values().forEach((metric, value) -> sums.merge(metric, value, Double::sum));
  }

  private void onEvaluation(MetricsRow.OfEvaluation evaluation) {
    time = evaluation.time() == null ? time : evaluation.time();
    if (!evaluation.part().equals("validation")) {
      return;
    }
    validation = evaluation.metrics();
    if (evaluation.epoch() > 0 && plannedSteps == 0) {
      stepsPerEpoch = evaluation.step() / evaluation.epoch();
    }
  }

  List<Drawn> drawn() {
    return drawn;
  }

  boolean isFinished() {
    return result != null;
  }

  Optional<RunResult> result() {
    return Optional.ofNullable(result);
  }

  /** Number of completed rounds. */
  long rounds() {
    RoundMetrics round = last;
    return round == null ? 0 : round.round();
  }

  /** Number of steps per worker so far. */
  long step() {
    RoundMetrics round = last;
    return round == null ? 0 : round.step();
  }

  /** Number of steps of the run; 0 if it is not known. */
  long steps() {
    return plannedSteps > 0 ? plannedSteps : epochs * stepsPerEpoch;
  }

  int rollbacks() {
    return rollbacks;
  }

  /** What cannot be read, in one line; empty if everything can. */
  String problem() {
    return damaged == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "metrics.jsonl: %,d unreadable line%s, the first is line %,d",
            damaged,
            damaged == 1 ? "" : "s",
            firstDamaged);
  }

  /** The step of the newest checkpoint; 0 if there is none. */
  long checkpoint() {
    return Math.max(0, checkpoint);
  }

  /** The metrics of the last evaluation on the validation set; empty if there is none. */
  Map<String, Double> validation() {
    return validation;
  }

  /** The sum of a metric over all rounds. */
  double sum(RoundMetric metric) {
    return sums.getOrDefault(metric, 0.0);
  }

  /** Training throughput of all rounds. */
  double examplesPerSecond() {
    double seconds = sum(RoundMetric.SECONDS);
    return seconds > 0 ? trainedExamples / seconds : 0;
  }

  /** The run in one line. */
  RunLine line(String validationText) {
    RoundMetrics round = last;
    return new RunLine(
        round == null ? 1 : round.epoch() + 1L,
        epochs,
        step(),
        steps(),
        round == null ? Double.NaN : round.value(RoundMetric.LOSS),
        validationText,
        examplesPerSecond(),
        left());
  }

  private String left() {
    long rest = steps() - step();
    if (rest < 0 || trainedSteps == 0 || isFinished()) {
      return "";
    }
    double perStep = sum(RoundMetric.SECONDS) / trainedSteps;
    return steps() == 0 ? "" : RunLine.left(Math.round(rest * perStep));
  }

  /** How long ago the last line was written; empty if it is not known. */
  Optional<Duration> age(Instant now) {
    Instant at = time;
    if (at == null) {
      return Optional.empty();
    }
    Duration age = Duration.between(at, now);
    return Optional.of(age.isNegative() ? Duration.ZERO : age);
  }

  /** Whether nothing was written for so long that the run may be interrupted. */
  boolean isSilent(Instant now) {
    double round = rounds() == 0 ? 0 : sum(RoundMetric.SECONDS) / rounds();
    double limit = Math.max(SILENCE.toSeconds(), SILENT_ROUNDS * round);
    return age(now).filter(age -> age.toSeconds() >= limit).isPresent();
  }
}
