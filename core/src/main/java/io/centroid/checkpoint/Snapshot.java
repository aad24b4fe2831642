package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import java.util.List;
import java.util.Map;

/**
 * What a trainer says of its run when it saves: everything that resuming, evaluating or serving
 * needs beside the tensors. The JSON objects are copied in; treat what comes out as read-only.
 *
 * @param step steps that each worker has taken
 * @param round rounds that are finished
 * @param seed the run's seed
 * @param position where in the data the run stands
 * @param configurationHash identifies the configuration that decides the bits
 * @param layout the tensors of the parameter vector, in its order
 * @param versions versions of what computed it: centroid, java, engine, native library
 * @param metrics finite measurements such as {@code validation.accuracy}
 * @param model what rebuilds the network
 * @param data where the examples come from and how they are normalized
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
