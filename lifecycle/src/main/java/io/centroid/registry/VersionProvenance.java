package io.centroid.registry;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The provenance of a version.
 *
 * @param run folder of the run; it may not exist any more
 * @param step number of steps of each worker
 * @param configurationSha256 hash of the configuration keys that determine the result
 * @param parametersSha256 SHA-256 of the float32 little-endian parameter vector
 * @param dataSha256 SHA-256 of the training examples; empty if unknown
 * @param data training data files; empty if unknown
 * @param metrics finite metrics such as {@code validation.accuracy}
 * @param parent version whose parameters the run started from
 */
public record VersionProvenance(
    String run,
    long step,
    String configurationSha256,
    String parametersSha256,
    String dataSha256,
    List<DataFile> data,
    Map<String, Double> metrics,
    OptionalInt parent) {
  public VersionProvenance {
    data = List.copyOf(data);
    metrics = Map.copyOf(metrics);
    metrics.forEach(
        (name, value) -> {
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("metrics: " + name + " must be finite: " + value);
          }
        });
  }
}
