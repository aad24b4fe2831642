package io.centroid.report;

import io.centroid.report.Curves.Place;
import io.centroid.run.metrics.MetricsReader;
import io.centroid.run.metrics.MetricsReader.Line;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code metrics.jsonl} says, read row by row in bounded memory. */
final class MetricsSummary {
  /** Maximum number of rollbacks, and of rounds with faults, that are listed. */
  static final int MOST_LISTED = 50;

  private static final List<String> PARTS = List.of("validation", "test");

  private final Curves rounds = new Curves();
  private final Map<String, Curves> evaluations = new LinkedHashMap<>();
  private final Map<String, MetricsRow.OfEvaluation> lastEvaluations = new HashMap<>();
  private final EnumMap<RoundMetric, DoubleSummaryStatistics> totals =
      new EnumMap<>(RoundMetric.class);
  private final WorkerTotals workers = new WorkerTotals();
  private final List<RoundMetrics> faults = new ArrayList<>();
  private final List<MetricsRow.OfRollback> rollbacks = new ArrayList<>();
  private @Nullable RoundMetrics last;
  private double seconds;
  private @Nullable String problem;
  private long furtherProblems;

  MetricsSummary() {
    PARTS.forEach(part -> evaluations.put(part, new Curves()));
  }

  /** Reads the file. The last line may be incomplete: a running or killed run has written it. */
  static MetricsSummary read(InputStream file) throws IOException {
    MetricsSummary summary = new MetricsSummary();
    MetricsReader lines = new MetricsReader(file);
    for (Line line = lines.next(); line != null; line = lines.next()) {
      summary.add(line);
    }
    return summary;
  }

  private void add(Line line) {
    if (line.row().map(this::add).orElse(!line.isDamaged())) {
      return;
    }
    if (problem == null) {
      String reason =
          line.row()
              .map(row -> "expected steps in ascending order, found step " + row.step())
              .orElse("expected a row of metrics, found a line that cannot be read");
      problem = "metrics.jsonl: line " + line.number() + ": " + reason;
    } else {
      furtherProblems++;
    }
  }

  /** Adds a row; false if it is out of order. */
  boolean add(MetricsRow row) {
    if (row instanceof MetricsRow.OfRound round) {
      return add(round.metrics());
    }
    if (row instanceof MetricsRow.OfEvaluation evaluation) {
      return add(evaluation);
    }
    if (row instanceof MetricsRow.OfRollback rollback && rollbacks.size() < MOST_LISTED) {
      rollbacks.add(rollback);
    }
    return true;
  }

  private boolean add(RoundMetrics round) {
    if (round.step() <= lastStep()) {
      return false;
    }
    last = round;
    Map<String, Double> values = new HashMap<>();
    round
        .values()
        .forEach(
            (metric, value) -> {
              values.put(metric.key(), value);
              totals.computeIfAbsent(metric, name -> new DoubleSummaryStatistics()).accept(value);
            });
    seconds += Math.max(0, round.values().getOrDefault(RoundMetric.SECONDS, 0.0));
    seconds += Math.max(0, round.values().getOrDefault(RoundMetric.CHECKPOINT_SECONDS, 0.0));
    rounds.add(new Place(round.step(), round.examples(), seconds), values);
    workers.add(round.workers());
    boolean isFaulty =
        round.value(RoundMetric.RETRIED_TASKS) > 0 || round.value(RoundMetric.LOST_EXECUTORS) > 0;
    if (isFaulty && faults.size() < MOST_LISTED) {
      faults.add(round);
    }
    return true;
  }

  private boolean add(MetricsRow.OfEvaluation evaluation) {
    Curves curves = evaluations.get(evaluation.part());
    if (curves == null) {
      return true;
    }
    MetricsRow.OfEvaluation before = lastEvaluations.get(evaluation.part());
    if (before != null && evaluation.step() <= before.step()) {
      return false;
    }
    lastEvaluations.put(evaluation.part(), evaluation);
    long examples = last == null ? 0 : last.examples();
    curves.add(new Place(evaluation.step(), examples, seconds), evaluation.metrics());
    return true;
  }

  /** Curves of the rounds' metrics by key. */
  Curves rounds() {
    return rounds;
  }

  /** Curves of the metrics of {@code validation} or {@code test}. */
  Curves evaluations(String part) {
    return evaluations.getOrDefault(part, new Curves());
  }

  /** The last metrics of an evaluated part; empty without one. */
  Map<String, Double> lastMetrics(String part) {
    MetricsRow.OfEvaluation found = lastEvaluations.get(part);
    return found == null ? Map.of() : found.metrics();
  }

  /** Sum, mean and maximum of a metric; empty if no round has it. */
  Optional<DoubleSummaryStatistics> total(RoundMetric metric) {
    return Optional.ofNullable(totals.get(metric));
  }

  WorkerTotals workers() {
    return workers;
  }

  /** The first rounds in which tasks were retried or executors were lost. */
  List<RoundMetrics> faults() {
    return faults;
  }

  /** The first rollbacks. */
  List<MetricsRow.OfRollback> rollbacks() {
    return rollbacks;
  }

  /** The last round. */
  Optional<RoundMetrics> last() {
    return Optional.ofNullable(last);
  }

  /** Steps per worker so far; 0 without a round. */
  long lastStep() {
    return last == null ? 0 : last.step();
  }

  /** Training time: rounds and checkpoints. */
  double seconds() {
    return seconds;
  }

  /** What could not be read or is out of order. */
  Optional<String> problem() {
    return Optional.ofNullable(problem)
        .map(
            first ->
                furtherProblems == 0 ? first : first + ", and " + furtherProblems + " more lines");
  }
}
