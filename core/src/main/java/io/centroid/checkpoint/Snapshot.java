package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import java.util.List;
import java.util.Map;

/**
 * The description of a run at a save: everything except the tensors that resuming, evaluation and
 * serving need. The JSON objects are copied in; treat the returned ones as read-only.
 *
 * @param step number of local steps per worker
 * @param round number of completed averaging rounds
 * @param seed random seed of the run
 * @param position position in the data
 * @param configurationHash hash of the settings that determine the result
 * @param layout tensors of the parameter vector, in its order
 * @param versions versions by component: centroid, java, engine, native library
 * @param metrics finite measurements such as {@code validation.accuracy}
 * @param model description from which the network is rebuilt
 * @param data source of the examples and their normalization
 * @param training inner-state policy and counters, such as the inner optimizer's step count
 */
public record Snapshot(
    long step,
    long round,
    long seed,
    Position position,
    String configurationHash,
    List<LayoutTensor> layout,
    Map<String, String> versions,
    Map<String, Double> metrics,
    ObjectNode model,
    ObjectNode data,
    ObjectNode training) {
  public Snapshot {
    requireNotNegative("step", step);
    requireNotNegative("round", round);
    if (configurationHash.isEmpty()) {
      throw new IllegalArgumentException("configurationHash is empty");
    }
    layout = List.copyOf(layout);
    requireDistinctNames(layout);
    versions = Map.copyOf(versions);
    metrics = Map.copyOf(metrics);
    metrics.forEach(Snapshot::requireFinite);
    model = model.deepCopy();
    data = data.deepCopy();
    training = training.deepCopy();
  }

  static void requireNotNegative(String key, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(key + " must be >= 0: " + value);
    }
  }

  private static void requireFinite(String metric, Double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "metrics: " + InputErrors.quote(metric) + " must be finite: " + value);
    }
  }

  private static void requireDistinctNames(List<LayoutTensor> layout) {
    if (layout.stream().map(LayoutTensor::name).distinct().count() != layout.size()) {
      throw new IllegalArgumentException("layout: two tensors have the same name");
    }
  }
}
