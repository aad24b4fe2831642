package io.centroid.run.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
   * Parses a line.
   *
   * @return empty if the line is truncated, or of a type that is not known
   */
  static Optional<MetricsRow> parse(String line) {
    JsonNode node;
    try {
      node = Lines.JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!node.path("step").isIntegralNumber()) {
      return Optional.empty();
    }
    return switch (node.path("type").asText()) {
      case "round" -> Optional.of(new OfRound(Lines.round(node)));
      case "evaluation" -> Optional.of(Lines.evaluation(node));
      case "rollback" ->
          Optional.of(
              new OfRollback(
                  node.path("step").asLong(),
                  node.path("rollback").asInt(),
                  node.path("reason").asText()));
      default -> Optional.empty();
    };
  }

  /** Parses the fields of a line. */
  final class Lines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NO_METRICS =
        Set.of("type", "time", "round", "step", "examples", "epoch", "part", "evaluatedExamples");

    private Lines() {}

    private static RoundMetrics round(JsonNode node) {
      EnumMap<RoundMetric, Double> values = new EnumMap<>(RoundMetric.class);
      for (RoundMetric metric : RoundMetric.values()) {
        JsonNode value = node.path(metric.key());
        if (value.isNumber()) {
          values.put(metric, value.asDouble());
        }
      }
      List<WorkerMetrics> workers = new ArrayList<>();
      for (JsonNode worker : node.path("workers")) {
        workers.add(
            new WorkerMetrics(
                worker.path("examples").asLong(),
                worker.path("loss").asDouble(Double.NaN),
                worker.path("deltaNorm").asDouble(Double.NaN),
                worker.path("computeSeconds").asDouble(Double.NaN)));
      }
      return new RoundMetrics(
          time(node),
          node.path("round").asLong(),
          node.path("step").asLong(),
          node.path("examples").asLong(),
          node.path("epoch").asInt(),
          node.path("localSteps").asInt(),
          node.path("roundExamples").asLong(),
          values,
          workers);
    }

    private static OfEvaluation evaluation(JsonNode node) {
      Map<String, Double> metrics = new TreeMap<>();
      node.fields()
          .forEachRemaining(
              field -> {
                if (field.getValue().isNumber() && !NO_METRICS.contains(field.getKey())) {
                  metrics.put(field.getKey(), field.getValue().asDouble());
                }
              });
      return new OfEvaluation(
          time(node),
          node.path("round").asLong(),
          node.path("step").asLong(),
          node.path("epoch").asInt(),
          node.path("part").asText(),
          node.path("evaluatedExamples").asLong(),
          metrics);
    }

    private static @Nullable Instant time(JsonNode node) {
      try {
        return node.path("time").isTextual() ? Instant.parse(node.path("time").asText()) : null;
      } catch (DateTimeException e) {
        return null;
      }
    }
  }
}
