package io.centroid.registry;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where a version came from.
 *
 * @param run the run's folder as it was; it may be gone
 * @param step steps that each worker of the run had taken
 * @param configurationSha256 identifies the configuration that decides the bits
 * @param parametersSha256 of the float32 little-endian parameter vector
 * @param dataSha256 of the examples as the run found them; empty if unknown
 * @param data the files that it was trained on, where they are known
 * @param metrics finite measurements such as {@code validation.accuracy}
 * @param parent the version whose parameters the run started from
 */
public record Provenance(
    String run,
    long step,
    String configurationSha256,
    String parametersSha256,
    String dataSha256,
    List<DataFile> data,
    Map<String, Double> metrics,
    OptionalInt parent) {
  public Provenance {
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
