package io.centroid.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.checkpoint.Manifest;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.train.Rollback;
import io.centroid.train.RunHistory;
import io.centroid.train.worker.DeltaNorms;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code training} object of a run's manifests: what going on from a checkpoint needs beside
 * the tensors. The history is missing where an earlier release wrote.
 *
 * @param workers logical workers of the run
 * @param localSteps steps between two averages
 * @param examples seen by all workers
 * @param innerSteps steps of each inner optimizer's state
 * @param parametersSha256 of the float32 little-endian parameter vector
 * @param configuration the keys that shape the parameters
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingJson(
    int workers,
    int localSteps,
    long examples,
    InnerStatePolicy innerState,
    List<Long> innerSteps,
    String parametersSha256,
    @Nullable DeltaNorms deltaNorms,
    @Nullable Double rateScale,
    @Nullable List<Rollback> rollbacks,
    Stopping stopping,
    Map<String, String> configuration) {

  /**
   * What early stopping remembers.
   *
   * @param metric the key of the metric that it compares
   * @param best the best value so far; null before the first
   * @param withoutGain evaluations since
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Stopping(String metric, @Nullable Double best, int withoutGain) {}

  /**
   * Reads it from a checkpoint's manifest.
   *
   * @throws InputException one line that names the file and the key that is missing or wrong
   */
  public static TrainingJson read(Path checkpoint, Manifest manifest) {
    return Json.read(
        new Path(checkpoint, Manifest.FILE).toString(),
        "training",
        manifest.snapshot().training(),
        TrainingJson.class);
  }

  public RunHistory history() {
    return new RunHistory(
        Objects.requireNonNullElse(deltaNorms, DeltaNorms.NONE),
        Objects.requireNonNullElse(rollbacks, List.of()));
  }
}
