package io.centroid.run.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.Json;
import io.centroid.run.metrics.RoundMetrics.WorkerMetrics;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A line of {@code metrics.jsonl}. */
public sealed interface MetricsRow {

  /** Number of steps per worker so far. */
  long step();

  /** A round. */
  record OfRound(RoundMetrics metrics) implements MetricsRow {
    @Override
    public long step() {
      return metrics.step();
    }
  }

  /**
   * An evaluation.
   *
   * @param time end of the evaluation; null in files of releases before 0.3
   * @param epoch number of completed epochs
   * @param part {@code validation} or {@code test}
   * @param metrics metrics by name, such as accuracy and loss
   */
  record OfEvaluation(
      @Nullable Instant time,
      long round,
      long step,
      int epoch,
      String part,
      long examples,
      Map<String, Double> metrics)
      implements MetricsRow {}

  /** A rollback. */
  record OfRollback(long step, int number, String reason) implements MetricsRow {}

  /**
   * Parses a line. Unknown fields are ignored.
   *
   * @param utf8 the line, with or without its newline
   * @return empty if it is not UTF-8 or truncated, is of a type that is not known, has no step, or
   *     if a field has not the type or range that the writer gives it
   */
  static Optional<MetricsRow> parse(byte[] utf8) {
    try {
      JsonNode node = Json.tree("metrics.jsonl", utf8);
      Lines.require(node.has("step"), "step");
      return switch (Lines.text(node, "type")) {
        case "round" -> Optional.of(new OfRound(Lines.round(node)));
        case "evaluation" -> Optional.of(Lines.evaluation(node));
        case "rollback" -> Optional.of(Lines.rollback(node));
        default -> Optional.empty();
      };
    } catch (InputException e) {
      return Optional.empty();
    }
  }

  /** Parses the fields of a line. */
  final class Lines {
    /** Values that releases before 0.3 wrote as text. */
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private static final Set<String> NO_METRICS =
        Set.of("type", "time", "round", "step", "examples", "epoch", "part", "evaluatedExamples");

    private Lines() {}

    private static RoundMetrics round(JsonNode node) {
      EnumMap<RoundMetric, Double> values = new EnumMap<>(RoundMetric.class);
      for (RoundMetric metric : RoundMetric.values()) {
        values.put(metric, number(node, metric.key()));
      }
      JsonNode workers = node.path("workers");
      require(workers.isMissingNode() || workers.isArray(), "workers");
      List<WorkerMetrics> each = new ArrayList<>();
      workers.forEach(worker -> each.add(worker(worker)));
      return new RoundMetrics(
          time(node),
          count(node, "round"),
          count(node, "step"),
          count(node, "examples"),
          intCount(node, "epoch"),
          intCount(node, "localSteps"),
          count(node, "roundExamples"),
          values,
          each);
    }

    private static WorkerMetrics worker(JsonNode node) {
      require(node.isObject(), "workers");
      return new WorkerMetrics(
          count(node, "examples"),
          number(node, "loss"),
          number(node, "deltaNorm"),
          number(node, "computeSeconds"));
    }

    private static OfEvaluation evaluation(JsonNode node) {
      Map<String, Double> metrics = new TreeMap<>();
      node.properties()
          .forEach(
              field -> {
                String key = field.getKey();
                boolean isKnown = Evaluation.METRICS.contains(key);
                if (isKnown || field.getValue().isNumber() && !NO_METRICS.contains(key)) {
                  double value = number(node, key);
                  if (Double.isFinite(value)) {
                    metrics.put(key, value);
                  }
                }
              });
      return new OfEvaluation(
          time(node),
          count(node, "round"),
          count(node, "step"),
          intCount(node, "epoch"),
          text(node, "part"),
          count(node, "evaluatedExamples"),
          metrics);
    }

    private static OfRollback rollback(JsonNode node) {
      return new OfRollback(count(node, "step"), intCount(node, "rollback"), text(node, "reason"));
    }

    /** Null if it is absent, or not one that has a number of milliseconds. */
    private static @Nullable Instant time(JsonNode node) {
      try {
        return node.path("time").isTextual()
            ? Instant.ofEpochMilli(Instant.parse(node.path("time").asText()).toEpochMilli())
            : null;
      } catch (DateTimeException | ArithmeticException e) {
        return null;
      }
    }

    /** A whole number from 0; 0 if it is absent. */
    private static long count(JsonNode node, String key) {
      JsonNode value = node.path(key);
      boolean isWhole = value.isIntegralNumber() && value.canConvertToLong();
      require(value.isMissingNode() || isWhole && value.asLong() >= 0, key);
      return value.asLong();
    }

    private static int intCount(JsonNode node, String key) {
      long value = count(node, key);
      require(value <= Integer.MAX_VALUE, key);
      return (int) value;
    }

    /** A finite number; NaN if it is absent or one of {@link #NOT_FINITE}. */
    private static double number(JsonNode node, String key) {
      JsonNode value = node.path(key);
      boolean isNone =
          value.isMissingNode() || value.isTextual() && NOT_FINITE.contains(value.asText());
      require(isNone || value.isNumber() && Double.isFinite(value.asDouble()), key);
      return isNone ? Double.NaN : value.asDouble();
    }

    private static String text(JsonNode node, String key) {
      JsonNode value = node.path(key);
      require(value.isMissingNode() || value.isTextual(), key);
      return value.asText();
    }

    private static void require(boolean condition, String key) {
      if (!condition) {
        throw new InputException("metrics.jsonl: key " + key + " is damaged");
      }
    }
  }
}
