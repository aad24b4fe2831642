package io.centroid.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param step steps that each worker took
 * @param examplesPerSecond of training time alone; 0 if nothing was left to train
 * @param wallSeconds duration of the run in the process that finished it, in seconds, with reading
 *     the data and evaluation; null in results of earlier releases
 * @param localSteps H
 * @param computeShare share of the rounds' time that went into local steps, 0 to 1
 * @param bytesUp sent by the workers, as {@code bytesDown} was to them, in this process's rounds
 * @param parametersSha256 of the float32 little-endian parameter vector
 * @param validation metrics of the final parameters; empty without validation examples
 * @param test likewise
 * @param bestStep step of the kept checkpoint that is best by {@code checkpoint.metric}; null if
 *     none was measured
 * @param memory peaks of the processes that this ran in
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
    @JsonProperty("peakMemory") RunMemory memory) {

  public ObjectNode toJson() {
    return Json.tree(this);
  }

  /**
   * Reads {@code result.json}.
   *
   * @throws InputException if it is not what was written, or was changed afterwards
   */
  public static RunResult parse(String file, byte[] content) {
    return ChecksummedJson.UNVERSIONED.read(file, content, RunResult.class);
  }
}
