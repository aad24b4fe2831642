package io.centroid.run.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.privacy.PrivacyGuarantee;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run.
 *
 * @param step number of steps per worker
 * @param examplesPerSecond training throughput without evaluations; 0 if nothing was trained
 * @param wallSeconds duration of the run in the process that finished it, in seconds, with reading
 *     the data and evaluation; null in results of earlier releases
 * @param localSteps local steps per worker between synchronizations (H)
 * @param computeShare share of the rounds' time spent in local steps, 0 to 1
 * @param bytesUp bytes sent by the workers in the rounds of this process
 * @param bytesDown bytes sent to the workers in the rounds of this process
 * @param parametersSha256 SHA-256 of the float32 little-endian parameter vector
 * @param validation validation metrics of the final parameters; empty without validation examples
 * @param test test metrics of the final parameters; empty without test examples
 * @param bestStep step of the best retained checkpoint by {@code checkpoint.metric}; null if none
 *     was evaluated
 * @param stoppedEarly why early stopping ended the run before its plan, in one line; null if it did
 *     not
 * @param warning that the final parameters are no better than a constant prediction, and likely
 *     reasons, or that all training targets are equal, in one line; null if they are better, or if
 *     there are too few examples to tell
 * @param privacy differential privacy of the final parameters; null without it
 * @param memory peak memory of the run's processes
 */
public record RunResult(
    String runDir,
    long step,
    long rounds,
    int epochs,
    long examples,
    double examplesPerSecond,
    @Nullable Double wallSeconds,
    int localSteps,
    double computeShare,
    long bytesUp,
    long bytesDown,
    String parametersSha256,
    Map<String, Double> validation,
    Map<String, Double> test,
    @Nullable Long bestStep,
    @Nullable String stoppedEarly,
    @Nullable String warning,
    @Nullable PrivacyGuarantee privacy,
    @JsonProperty("peakMemory") RunMemory memory) {

  public ObjectNode toJson() {
    return Json.tree(this);
  }

  /**
   * Reads {@code result.json}.
   *
   * @throws InputException if the file is not a valid result, or was changed after it was written
   */
  public static RunResult parse(String file, byte[] content) {
    return ChecksummedJson.UNVERSIONED.read(file, content, RunResult.class);
  }
}
