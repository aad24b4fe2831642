package io.centroid.spark.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkConf;

/**
 * The web page of a standalone Master, where somebody whose job got no executor has to look: at the
 * Master's host and {@code spark.master.ui.port}. Spark offers its content as JSON, too.
 */
final class MasterPage {
  private static final String SCHEME = "spark://";
  private static final int PORT = 8080;
  private static final int TIMEOUT_MILLIS = 5_000;

  private MasterPage() {}

  /** What the Master's Workers have, if it answers, and where its page is. */
  static String described(SparkConf conf) {
    String[] masters = conf.get("spark.master").substring(SCHEME.length()).split(",");
    int port = conf.getInt("spark.master.ui.port", PORT);
    for (String master : masters) {
      URI page = page(master, port);
      try {
        JsonNode json = read(page.resolve("/json/"));
        // A standby of several Masters knows nothing, and another program may have the port.
        if (json.path("url").asText().equals(SCHEME + master)
            && json.path("status").asText().equals("ALIVE")) {
          return workers(json) + "; see " + page;
        }
      } catch (IOException | IllegalArgumentException e) {
        // The next one may answer; nothing depends on it but how much a message tells.
      }
    }
    return "what the Workers have, and why they gave none, is on the Master's page, "
        + page(masters[0], port)
        + " (another port: spark.master.ui.port)";
  }

  private static URI page(String master, int port) {
    return URI.create("http://" + URI.create(SCHEME + master).getHost() + ":" + port);
  }

  private static JsonNode read(URI page) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (InputStream body = connection.getInputStream()) {
      return new ObjectMapper().readTree(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String workers(JsonNode json) {
    List<JsonNode> alive =
        StreamSupport.stream(json.path("workers").spliterator(), false)
            .filter(worker -> worker.path("state").asText().equals("ALIVE"))
            .toList();
    String running =
        StreamSupport.stream(json.path("activeapps").spliterator(), false)
            .filter(application -> application.path("cores").asInt() > 0)
            .map(application -> "'" + application.path("name").asText() + "'")
            .limit(5)
            .collect(Collectors.joining(", "));
    return String.format(
        "%s has %d Worker(s) of at most %s, free now %s%s",
        json.path("url").asText(),
        alive.size(),
        most(alive, ""),
        most(alive, "free"),
        running.isEmpty() ? "" : ", in use by " + running);
  }

  /** The most of each that any Worker has: all of it, or the part that is free. */
  private static String most(List<JsonNode> workers, String part) {
    return room(
        most(workers, worker -> worker.path("cores" + part).asLong()),
        most(workers, worker -> worker.path("memory" + part).asLong()),
        most(workers, worker -> worker.path("resources" + part).at("/gpu/addresses").size()));
  }

  private static long most(List<JsonNode> workers, ToLongFunction<JsonNode> what) {
    return workers.stream().mapToLong(what).max().orElse(0);
  }

  /** Room for an executor, in words. */
  static String room(long cores, long megabytes, long gpus) {
    return cores + " core(s), " + megabytes + " MiB and " + gpus + " GPU(s)";
  }
}
