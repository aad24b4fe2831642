package io.centroid.tracking;

import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.RoundMetrics;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is delivered of a round, an evaluation or a rollback. */
sealed interface Row {

  /** Position of the run after it. */
  Position position();

  /** Number of metric values. */
  int points();

  /**
   * Metrics measured at one position.
   *
   * @param millis time of measurement in milliseconds since 1970
   * @param values finite values by MLflow's key
   */
  record Measured(Position position, long millis, Map<String, Double> values) implements Row {
    @Override
    public int points() {
      return values.size();
    }
  }

  /**
   * A rollback: what was measured before it at later steps did not happen.
   *
   * @param reason one line
   */
  record RolledBack(Position position, String reason) implements Row {
    @Override
    public int points() {
      return 0;
    }
  }

  /**
   * The metrics of a round, such as {@code training/loss}.
   *
   * @param rollbacks number of rollbacks before it
   * @param otherwise time if the metrics have none
   */
  static Row of(int rollbacks, RoundMetrics metrics, Instant otherwise) {
    Map<String, Double> values = new TreeMap<>();
    metrics.values().forEach((metric, value) -> values.put(metric.tag(), value));
    Instant time = metrics.time();
    return new Measured(
        new Position(rollbacks, metrics.step(), Position.Kind.ROUND),
        (time == null ? otherwise : time).toEpochMilli(),
        values);
  }

  /** The metrics of an evaluation, such as {@code validation/accuracy}. */
  static Row of(Position position, Map<String, Double> metrics, Instant time) {
    String part = position.kind().name().toLowerCase(Locale.ROOT);
    Map<String, Double> values = new TreeMap<>();
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            values.put(MlflowText.key(part + "/" + name), value);
          }
        });
    return new Measured(position, time.toEpochMilli(), values);
  }

  /**
   * As it is read back from {@code metrics.jsonl}; empty for an evaluation of an unknown part.
   *
   * @param rollbacks number of rollbacks in the lines before it
   */
  static Optional<Row> of(int rollbacks, MetricsRow row, Instant otherwise) {
    if (row instanceof MetricsRow.OfRound round) {
      return Optional.of(of(rollbacks, round.metrics(), otherwise));
    }
    if (row instanceof MetricsRow.OfEvaluation evaluation) {
      Instant time = evaluation.time();
      return Position.Kind.ofPart(evaluation.part())
          .map(
              part ->
                  of(
                      new Position(rollbacks, evaluation.step(), part),
                      evaluation.metrics(),
                      time == null ? otherwise : time));
    }
    if (row instanceof MetricsRow.OfRollback rollback) {
      return Optional.of(
          new RolledBack(Position.endOf(rollback.number(), rollback.step()), rollback.reason()));
    }
    throw new IllegalArgumentException(row.toString());
  }
}
