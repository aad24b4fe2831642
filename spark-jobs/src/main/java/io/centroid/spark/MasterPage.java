package io.centroid.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkConf;

/**
 * What a standalone Master tells of its Workers on {@code /json}, as it stands at that moment. The
 * page is looked for at the Master's host and {@code spark.master.ui.port}.
 *
 * @param url the Master's, as drivers know it
 */
record MasterPage(String url, JsonNode json) {
  private static final String SCHEME = "spark://";
  private static final int PORT = 8080;
  private static final int TIMEOUT_MILLIS = 5_000;

  /** Empty where no such Master answers, or the cluster is another manager's. */
  static Optional<MasterPage> of(SparkConf conf) {
    String masters = conf.get("spark.master");
    if (!masters.startsWith(SCHEME)) {
      return Optional.empty();
    }
    int port = conf.getInt("spark.master.ui.port", PORT);
    for (String master : masters.substring(SCHEME.length()).split(",")) {
      try {
        JsonNode json = read(URI.create(SCHEME + master).getHost(), port);
        // A standby of several Masters knows nothing, and another program may have the port.
        if (json.path("url").asText().equals(SCHEME + master)
            && json.path("status").asText().equals("ALIVE")) {
          return Optional.of(new MasterPage(SCHEME + master, json));
        }
      } catch (IOException | IllegalArgumentException e) {
        // The next one may answer; nothing depends on it but how much a message tells.
      }
    }
    return Optional.empty();
  }

  private static JsonNode read(String host, int port) throws IOException {
    URI page = URI.create("http://" + host + ":" + port + "/json/");
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (InputStream body = connection.getInputStream()) {
      return new ObjectMapper().readTree(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** In words, why a request found no room. */
  String shortfall(ExecutorRequest request) {
    List<JsonNode> alive =
        StreamSupport.stream(json.path("workers").spliterator(), false)
            .filter(worker -> worker.path("state").asText().equals("ALIVE"))
            .toList();
    if (alive.isEmpty()) {
      return url + " has no Worker that is alive";
    }
    List<WorkerRoom> totals = alive.stream().map(WorkerRoom::total).toList();
    List<WorkerRoom> free = alive.stream().map(WorkerRoom::free).toList();
    return String.format(
        "%s has %d Worker(s) of at most %s, free now %s: %s",
        url,
        alive.size(),
        WorkerRoom.most(totals),
        WorkerRoom.most(free),
        reason(request, totals, free));
  }

  private String reason(ExecutorRequest request, List<WorkerRoom> totals, List<WorkerRoom> free) {
    WorkerRoom most = WorkerRoom.most(totals);
    List<String> lacking = new ArrayList<>();
    if (most.gpus() < request.gpus()) {
      lacking.add("GPUs (spark.executor.resource.gpu.amount)");
    }
    if (most.megabytes() < request.megabytes()) {
      lacking.add("memory (spark.executor.memory)");
    }
    if (most.cores() < request.cores()) {
      lacking.add("cores (spark.executor.cores, spark.task.cpus)");
    }
    if (!lacking.isEmpty()) {
      return "no Worker has enough " + String.join(" and ", lacking);
    }
    if (request.cores() > request.mostCores()) {
      return "an executor of so many cores is more than spark.cores.max";
    }
    if (totals.stream().noneMatch(room -> room.fits(request))) {
      return "no Worker has all of it at once";
    }
    return free.stream().anyMatch(room -> room.fits(request))
        ? "there is room, so executors do not start or do not reach this driver"
            + " (see the Workers' logs, spark.driver.host)"
        : "taken by " + applications();
  }

  private String applications() {
    return StreamSupport.stream(json.path("activeapps").spliterator(), false)
        .filter(application -> application.path("cores").asInt() > 0)
        .map(application -> "'" + application.path("name").asText() + "'")
        .limit(5)
        .collect(Collectors.joining(", ", "other applications: ", ""));
  }
}
