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
   * A rollback: what was measured after the position did not happen.
   *
   * @param number index of the rollback in the run, from 1
   * @param reason one line
   */
  record RolledBack(Position position, int number, String reason) implements Row {
    @Override
    public int points() {
      return 0;
    }
  }

  /**
   * The metrics of a round, such as {@code training/loss}.
   *
   * @param otherwise time if the metrics have none
   */
  static Measured of(RoundMetrics metrics, Instant otherwise) {
    Map<String, Double> values = new TreeMap<>();
    metrics.values().forEach((metric, value) -> values.put(metric.tag(), value));
    Instant time = metrics.time();
    return new Measured(
        new Position(Position.Kind.ROUND, metrics.step()),
        (time == null ? otherwise : time).toEpochMilli(),
        values);
  }

  /** The metrics of an evaluation, such as {@code validation/accuracy}. */
  static Measured of(Position.Kind part, long step, Map<String, Double> metrics, Instant time) {
    Map<String, Double> values = new TreeMap<>();
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            values.put(MlflowText.key(part.name().toLowerCase(Locale.ROOT) + "/" + name), value);
          }
        });
    return new Measured(new Position(part, step), time.toEpochMilli(), values);
  }

  /** As it is read back from {@code metrics.jsonl}; empty for a rollback. */
  static Optional<Measured> of(MetricsRow row, Instant otherwise) {
    if (row instanceof MetricsRow.OfRound round) {
      return Optional.of(of(round.metrics(), otherwise));
    }
    if (row instanceof MetricsRow.OfEvaluation evaluation) {
      Instant time = evaluation.time();
      return Position.Kind.ofPart(evaluation.part())
          .map(
              part ->
                  of(
                      part,
                      evaluation.step(),
                      evaluation.metrics(),
                      time == null ? otherwise : time));
    }
    return Optional.empty();
  }
}
