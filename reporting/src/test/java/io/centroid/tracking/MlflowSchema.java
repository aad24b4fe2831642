package io.centroid.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests of MLflow's REST API 2.0 with the server's checks: fields and their types
 * (service.proto, model_registry.proto), names and lengths (validation.py). An asterisk marks a
 * required field.
 */
final class MlflowSchema {
  private static final Map<String, Endpoint> ENDPOINTS = new TreeMap<>();

  static {
    get("experiments/get-by-name", "experiment_name*");
    post("experiments/create", "name*:text", "artifact_location:text", "tags:tags");
    post(
        "runs/create",
        "experiment_id*:text",
        "user_id:text",
        "run_name:text",
        "start_time:whole",
        "tags:tags");
    get("runs/get", "run_id*");
    post("runs/search", "experiment_ids:texts", "filter:text", "max_results:whole");
    post("runs/update", "run_id*:text", "status:status", "end_time:whole", "run_name:text");
    post("runs/log-batch", "run_id*:text", "metrics:metrics", "params:params", "tags:tags");
    post("registered-models/create", "name*:text", "tags:tags", "description:text");
    post("registered-models/alias", "name*:text", "alias*:text", "version*:text");
    post(
        "model-versions/create",
        "name*:text",
        "source*:text",
        "run_id:text",
        "tags:tags",
        "run_link:text",
        "description:text");
    get("model-versions/search", "filter", "max_results", "page_token");
  }

  private record Endpoint(String method, Map<String, String> types, Set<String> required) {}

  private MlflowSchema() {}

  private static void get(String name, String... fields) {
    put(name, "GET", fields);
  }

  private static void post(String name, String... fields) {
    put(name, "POST", fields);
  }

  private static void put(String name, String method, String... fields) {
    Map<String, String> types = new TreeMap<>();
    Set<String> required = new HashSet<>();
    for (String field : fields) {
      String[] parts = field.split(":");
      String key = parts[0].replace("*", "");
      types.put(key, parts.length > 1 ? parts[1] : "text");
      if (parts[0].endsWith("*")) {
        required.add(key);
      }
    }
    ENDPOINTS.put(name, new Endpoint(method, types, required));
  }

  /** What is wrong with a request; null if nothing is. */
  static @Nullable String problem(String method, String name, JsonNode request) {
    Endpoint endpoint = ENDPOINTS.get(name);
    if (endpoint == null || !endpoint.method.equals(method)) {
      return "no endpoint " + method + " " + name;
    }
    for (String field : endpoint.required) {
      if (request.path(field).asText().isEmpty()) {
        return "missing value for required parameter " + field;
      }
    }
    for (Map.Entry<String, JsonNode> field : request.properties()) {
      String type = endpoint.types.get(field.getKey());
      if (type == null || !isOf(type, field.getValue())) {
        return "invalid parameter " + field.getKey() + ": " + field.getValue();
      }
    }
    if (request.toString().length() > 1_000_000) {
      return "requests must be at most 1000000 bytes";
    }
    int entities =
        request.path("metrics").size()
            + request.path("params").size()
            + request.path("tags").size();
    return name.equals("runs/log-batch") && entities > 1000 ? entities + " entities" : null;
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "text" -> value.isTextual();
      case "texts" -> value.isArray() && value.path(0).isTextual();
      case "whole" -> value.isIntegralNumber() && value.asLong() >= 0;
      case "status" ->
          List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED").contains(value.asText());
      case "tags" -> value.size() <= 100 && all(value, 5000);
      case "params" -> value.size() <= 100 && all(value, 6000) && isUnique(value);
      case "metrics" -> value.size() <= 1000 && areMetrics(value);
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static boolean all(JsonNode list, int most) {
    for (JsonNode entry : list) {
      boolean valid =
          entry.size() == 2
              && isKey(entry.path("key"))
              && entry.path("value").isTextual()
              && entry.path("value").asText().length() <= most;
      if (!valid) {
        return false;
      }
    }
    return list.isArray();
  }

  private static boolean isUnique(JsonNode list) {
    Set<String> keys = new HashSet<>();
    for (JsonNode entry : list) {
      keys.add(entry.path("key").asText());
    }
    return keys.size() == list.size();
  }

  private static boolean areMetrics(JsonNode list) {
    for (JsonNode entry : list) {
      boolean valid =
          entry.size() == 4
              && isKey(entry.path("key"))
              && entry.path("value").isNumber()
              && entry.path("timestamp").asLong() > 1_600_000_000_000L
              && entry.path("step").isIntegralNumber();
      if (!valid) {
        return false;
      }
    }
    return list.isArray();
  }

  private static boolean isKey(JsonNode key) {
    String text = key.asText();
    return key.isTextual()
        && text.matches("[A-Za-z0-9_\\-. /]{1,250}")
        && !text.startsWith("/")
        && !text.contains("//")
        && !text.contains("..")
        && !text.endsWith("/");
  }
}
