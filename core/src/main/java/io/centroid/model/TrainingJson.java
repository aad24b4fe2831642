package io.centroid.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.checkpoint.Manifest;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.privacy.PrivacyGuarantee;
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
 * The {@code training} object of a run's manifests: everything except the tensors that a resume
 * needs. Manifests of earlier releases have no history.
 *
 * @param workers number of logical workers
 * @param localSteps local steps per worker between synchronizations (H)
 * @param examples number of examples processed by all workers
 * @param innerState policy for the inner optimizers' state
 * @param innerSteps number of steps of each inner optimizer's state
 * @param parametersSha256 SHA-256 of the float32 little-endian parameter vector
 * @param deltaNorms maxima of the workers' delta norms
 * @param learningRateScale factor of the learning rate after all rollbacks
 * @param rollbacks rollbacks so far
 * @param stopping state of early stopping
 * @param privacy differential privacy of the parameters; null without it
 * @param configuration keys that determine the parameters, with their values
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
    @Nullable Double learningRateScale,
    @Nullable List<Rollback> rollbacks,
    Stopping stopping,
    @Nullable PrivacyGuarantee privacy,
    Map<String, String> configuration) {

  /**
   * The state of early stopping.
   *
   * @param metric key of the compared metric
   * @param best best value so far; null before the first evaluation
   * @param withoutGain number of evaluations since the best one
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Stopping(String metric, @Nullable Double best, int withoutGain) {}

  /**
   * Reads it from a checkpoint's manifest.
   *
   * @throws InputException if a key is missing or invalid; the message names the file and the key
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
