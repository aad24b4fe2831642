package io.centroid.bench.scaling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.Spread;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Report of {@code bench scaling} as JSON: measured rounds, the fitted cost model, and its
 * predictions for clusters. {@link ScalingTable} renders it as text.
 */
public record ScalingReport(
    BenchSettings settings,
    List<ScalingPoint> points,
    CostModel model,
    Forecast.Assumption assumption) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Fits the model.
   *
   * @param gigaflops speed of one worker in GFLOP/s; null for the speed measured with the largest
   *     network on the fewest workers
   * @param share maximum communication share of the time
   */
  public static ScalingReport of(
      BenchSettings settings, List<ScalingPoint> points, @Nullable Double gigaflops, double share) {
    CostModel model = CostFit.of(points.stream().map(ScalingPoint::measured).toList());
    double speed = gigaflops == null ? measured(settings, points) : gigaflops;
    return new ScalingReport(
        settings,
        List.copyOf(points),
        model,
        new Forecast.Assumption(speed, settings.batchSize(), share));
  }

  private static double measured(BenchSettings settings, List<ScalingPoint> points) {
    return points.stream()
        .max(
            Comparator.comparingInt((ScalingPoint point) -> -point.workers())
                .thenComparingLong(ScalingPoint::parameters)
                .thenComparingInt(ScalingPoint::steps))
        .orElseThrow()
        .gigaflops(settings.batchSize());
  }

  List<Forecast> forecasts() {
    return Forecast.all(model, assumption);
  }

  /** Median absolute relative error. */
  double medianError() {
    return Spread.of(points.stream().map(point -> Math.abs(point.error(model))).toList()).median();
  }

  /** Returns the report as JSON with times in milliseconds. */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.set("settings", JSON.valueToTree(settings));
    node.set("model", JSON.valueToTree(model));
    node.set("assumption", JSON.valueToTree(assumption));
    node.put("medianError", medianError());
    ArrayNode measured = node.putArray("measured");
    for (ScalingPoint point : points) {
      measured
          .addObject()
          .put("workers", point.workers())
          .put("parameters", point.parameters())
          .put("localSteps", point.steps())
          .put("computeMillis", point.computeNanos() / 1e6)
          .put("overheadMillis", point.overheadNanos() / 1e6)
          .put("predictedMillis", point.predictedNanos(model) / 1e6)
          .put("error", point.error(model));
    }
    ArrayNode forecasts = node.putArray("forecasts");
    for (Forecast forecast : forecasts()) {
      forecasts
          .addObject()
          .put("executors", forecast.executors())
          .put("parameters", forecast.parameters())
          .put("gigabits", forecast.gigabits())
          .put("overheadMillis", forecast.overheadNanos() / 1e6)
          .put("aggregation", forecast.aggregation().name().toLowerCase(Locale.ROOT))
          .put("stepMillis", forecast.stepNanos() / 1e6)
          .put("localSteps", forecast.localSteps());
    }
    return node;
  }
}
