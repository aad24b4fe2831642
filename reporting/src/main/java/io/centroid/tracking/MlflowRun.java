package io.centroid.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run on an MLflow server, by its REST API. The tag {@code centroid.sent} is the position up to
 * which the server has all metrics: it is sent with every batch.
 */
final class MlflowRun {
  /** Tag with the process that continued the run last; it alone may end it. */
  static final String PROCESS = "centroid.process";

  private static final String SENT = "centroid.sent";
  private static final int MOST_PARAMETERS = 100;

  /** MLflow's limit for a request is 1,000,000 bytes. */
  private static final int MOST_CHARS = 250_000;

  private final MlflowHttp http;
  private final RunFile ids;
  private final String artifactUri;
  private final boolean isFinished;
  private final Map<String, String> parameters;
  private final String process;
  private Position sent;

  private MlflowRun(MlflowHttp http, JsonNode run) throws IOException {
    this.http = http;
    JsonNode info = run.path("info");
    try {
      this.ids =
          new RunFile(
              http.server(), info.path("experiment_id").asText(), info.path("run_id").asText());
    } catch (IllegalArgumentException e) {
      throw new IOException("answers with an invalid run: " + e.getMessage(), e);
    }
    this.artifactUri = info.path("artifact_uri").asText();
    this.isFinished = info.path("status").asText().equals(RunStatus.FINISHED.name());
    this.parameters = entries(run.path("data").path("params"));
    Map<String, String> tags = entries(run.path("data").path("tags"));
    this.process = tags.getOrDefault(PROCESS, "");
    this.sent = Position.parse(tags.getOrDefault(SENT, ""));
  }

  private static Map<String, String> entries(JsonNode list) {
    Map<String, String> entries = new TreeMap<>();
    list.forEach(entry -> entries.put(entry.path("key").asText(), entry.path("value").asText()));
    return entries;
  }

  /**
   * The id of an experiment; empty if the server has none of this name.
   *
   * @throws IOException if it is deleted, or the server is no MLflow server
   */
  static Optional<String> existing(MlflowHttp http, String name) throws IOException {
    JsonNode found;
    try {
      found =
          http.get("experiments/get-by-name", Map.of("experiment_name", name)).path("experiment");
    } catch (MlflowFailure e) {
      if (e.isUnknown()) {
        return Optional.empty();
      }
      throw e;
    }
    if (found.path("lifecycle_stage").asText().equals("deleted")) {
      throw new IOException(
          "has deleted the experiment " + name + ": restore it, or set report.mlflow.experiment");
    }
    if (!found.hasNonNull("experiment_id")) {
      throw new IOException("answers without an experiment: is it an MLflow server?");
    }
    return Optional.of(found.path("experiment_id").asText());
  }

  /** The identifier of the experiment, which is created if it does not exist. */
  static String experiment(MlflowHttp http, String name) throws IOException {
    Optional<String> known = existing(http, name);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      return http.post("experiments/create", object().put("name", name))
          .path("experiment_id")
          .asText();
    } catch (MlflowFailure e) {
      if (e.isExisting()) {
        return http.get("experiments/get-by-name", Map.of("experiment_name", name))
            .path("experiment")
            .path("experiment_id")
            .asText();
      }
      throw e;
    }
  }

  /**
   * Creates a run.
   *
   * @param millis start in milliseconds since 1970
   */
  static MlflowRun create(
      MlflowHttp http, String experimentId, String name, long millis, Map<String, String> tags)
      throws IOException {
    ObjectNode request = object().put("experiment_id", experimentId).put("run_name", name);
    request.put("start_time", millis);
    ArrayNode list = request.putArray("tags");
    tags.forEach((key, value) -> put(list, key, value));
    return new MlflowRun(http, http.post("runs/create", request).path("run"));
  }

  /**
   * The run of an identifier.
   *
   * @throws MlflowFailure that it is unknown, also if it was deleted on the server
   */
  static MlflowRun get(MlflowHttp http, String runId) throws IOException {
    JsonNode run = http.get("runs/get", Map.of("run_id", runId)).path("run");
    if (!run.path("info").path("lifecycle_stage").asText("active").equals("active")) {
      throw MlflowFailure.unknown("run " + runId + " was deleted");
    }
    return new MlflowRun(http, run);
  }

  /** As {@link #get}; empty if it is unknown. */
  static Optional<MlflowRun> find(MlflowHttp http, String runId) throws IOException {
    try {
      return Optional.of(get(http, runId));
    } catch (MlflowFailure e) {
      if (e.isUnknown()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The run that a process created; empty if the server has none. */
  static Optional<MlflowRun> ofProcess(MlflowHttp http, String experimentId, String process)
      throws IOException {
    ObjectNode request = object().put("max_results", 1);
    request.put("filter", "tags.`" + PROCESS + "` = '" + process + "'");
    request.putArray("experiment_ids").add(experimentId);
    JsonNode found = http.post("runs/search", request).path("runs").path(0);
    return found.isMissingNode() ? Optional.empty() : Optional.of(new MlflowRun(http, found));
  }

  RunFile ids() {
    return ids;
  }

  /** Where artifacts are stored, as the server says. */
  String artifactUri() {
    return artifactUri;
  }

  /** Whether the server had it as finished when it was found. */
  boolean isFinished() {
    return isFinished;
  }

  /** The process that continued it last when it was found; empty if the server does not say. */
  String process() {
    return process;
  }

  /** Parameters that the server had when the run was found. */
  Map<String, String> parameters() {
    return parameters;
  }

  /** The position up to which the server has all metrics. */
  Position sent() {
    return sent;
  }

  /**
   * Sends the rows that the server does not have, in one request.
   *
   * @param rows in the order in which they happened, with at most 999 metric values
   */
  void log(List<Row> rows) throws IOException {
    ObjectNode request = object().put("run_id", ids.runId());
    ArrayNode metrics = request.putArray("metrics");
    ArrayNode tags = request.putArray("tags");
    Map<String, String> changes = new LinkedHashMap<>();
    Position reached = reached(rows, metrics, changes);
    if (metrics.isEmpty() && changes.isEmpty()) {
      return;
    }
    changes.put(SENT, reached.text());
    changes.forEach((key, value) -> put(tags, key, value));
    http.post("runs/log-batch", request);
    sent = reached;
  }

  private Position reached(List<Row> rows, ArrayNode metrics, Map<String, String> tags) {
    Position reached = sent;
    for (Row row : rows) {
      if (row.position().compareTo(reached) <= 0) {
        continue;
      }
      if (row instanceof Row.RolledBack back) {
        tags.put(
            "centroid.rollback." + back.position().rollbacks(),
            "to step " + back.position().step() + ": " + back.reason());
      } else if (row instanceof Row.Measured measured) {
        measured
            .values()
            .forEach(
                (key, value) ->
                    metrics
                        .addObject()
                        .put("key", key)
                        .put("value", value)
                        .put("timestamp", measured.millis())
                        .put("step", row.position().step()));
      }
      reached = row.position();
    }
    return reached;
  }

  /** Skips rows that the server refuses. */
  void skip(List<Row> rows) {
    sent = reached(rows, JsonNodeFactory.instance.arrayNode(), new TreeMap<>());
  }

  /**
   * Sends parameters.
   *
   * @param most maximum length of a value; longer ones are shortened
   */
  void logParameters(Map<String, String> values, int most) throws IOException {
    ObjectNode request = object().put("run_id", ids.runId());
    ArrayNode list = request.putArray("params");
    int chars = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String value = MlflowText.value(entry.getValue(), most);
      if (list.size() == MOST_PARAMETERS || chars + value.length() > MOST_CHARS) {
        http.post("runs/log-batch", request);
        list.removeAll();
        chars = 0;
      }
      list.addObject().put("key", MlflowText.key(entry.getKey())).put("value", value);
      chars += value.length();
    }
    if (!list.isEmpty()) {
      http.post("runs/log-batch", request);
    }
  }

  /** Says that the run continues after an interruption, in another process. */
  void resume(String by) throws IOException {
    ObjectNode request = object().put("run_id", ids.runId());
    put(request.putArray("tags"), PROCESS, by);
    http.post("runs/log-batch", request);
    http.post("runs/update", object().put("run_id", ids.runId()).put("status", "RUNNING"));
  }

  /** Has everything sent again, because the server has what did not happen. */
  void startOver() {
    sent = Position.START;
  }

  /**
   * Ends the run.
   *
   * @param millis end in milliseconds since 1970
   */
  void end(RunStatus status, long millis) throws IOException {
    http.post(
        "runs/update",
        object().put("run_id", ids.runId()).put("status", status.name()).put("end_time", millis));
  }

  private static void put(ArrayNode list, String key, String value) {
    list.addObject()
        .put("key", MlflowText.key(key))
        .put("value", MlflowText.value(value, MlflowText.MOST_TAG_CHARS));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
