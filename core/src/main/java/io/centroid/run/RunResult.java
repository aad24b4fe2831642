package io.centroid.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.JsonFields;
import io.centroid.SealedJson;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a run ended.
 *
 * @param step steps that each worker took
 * @param examplesPerSecond of training time alone; 0 if nothing was left to train
 * @param localSteps H
 * @param computeShare share of the rounds' time that went into local steps, 0 to 1
 * @param bytesUp sent by the workers, as {@code bytesDown} was to them, in this process's rounds
 * @param parametersSha256 of the float32 little-endian parameter vector
 * @param validation metrics of the final parameters; empty without validation examples
 * @param test likewise
 * @param bestStep step of the kept checkpoint that is best by {@code checkpoint.metric}; -1 if none
 *     was measured
 * @param memory peaks of the processes that this ran in
 */
public record RunResult(
    String runDir,
    long step,
    long rounds,
    int epochs,
    long examples,
    double examplesPerSecond,
    int localSteps,
    double computeShare,
    long bytesUp,
    long bytesDown,
    String parametersSha256,
    Map<String, Double> validation,
    Map<String, Double> test,
    long bestStep,
    RunMemory memory) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("runDir", runDir);
    node.put("step", step);
    node.put("rounds", rounds);
    node.put("epochs", epochs);
    node.put("examples", examples);
    node.put("examplesPerSecond", examplesPerSecond);
    node.put("localSteps", localSteps);
    node.put("computeShare", computeShare);
    node.put("bytesUp", bytesUp);
    node.put("bytesDown", bytesDown);
    node.put("parametersSha256", parametersSha256);
    validation.forEach(node.putObject("validation")::put);
    test.forEach(node.putObject("test")::put);
    if (bestStep >= 0) {
      node.put("bestStep", bestStep);
    }
    memory.write(node.putObject("peakMemory"));
    return node;
  }

  /**
   * Reads {@code result.json}.
   *
   * @throws InputException if it is no whole JSON object, or was changed after it was written
   */
  public static RunResult parse(String file, byte[] content) {
    JsonFields fields = JsonFields.parse(file, content);
    SealedJson.verify(fields, content);
    return fromJson(fields.node());
  }

  /** Reads what {@link #toJson} wrote. */
  static RunResult fromJson(JsonNode node) {
    return new RunResult(
        node.path("runDir").asText(),
        node.path("step").asLong(),
        node.path("rounds").asLong(),
        node.path("epochs").asInt(),
        node.path("examples").asLong(),
        node.path("examplesPerSecond").asDouble(),
        node.path("localSteps").asInt(),
        node.path("computeShare").asDouble(),
        node.path("bytesUp").asLong(),
        node.path("bytesDown").asLong(),
        node.path("parametersSha256").asText(),
        metrics(node.path("validation")),
        metrics(node.path("test")),
        node.path("bestStep").asLong(-1),
        RunMemory.read(node.path("peakMemory")));
  }

  private static Map<String, Double> metrics(JsonNode node) {
    Map<String, Double> metrics = new TreeMap<>();
    node.properties().forEach(entry -> metrics.put(entry.getKey(), entry.getValue().asDouble()));
    return metrics;
  }
}
