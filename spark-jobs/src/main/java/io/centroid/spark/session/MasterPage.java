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
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkConf;

/**
 * Reads the web UI of a standalone Master (its host and {@code spark.master.ui.port}, as JSON) to
 * explain why an application gets no executors.
 */
final class MasterPage {
  private static final String SCHEME = "spark://";
  private static final int PORT = 8080;
  private static final int TIMEOUT_MILLIS = 5_000;

  private MasterPage() {}

  /** Describes the Workers' resources, if the web UI responds, and gives its URL. */
  static String described(SparkConf conf) {
    int port = conf.getInt("spark.master.ui.port", PORT);
    return found(conf)
        .map(found -> workers(found.json) + "; see " + found.page)
        .orElseGet(
            () ->
                "the Workers' resources and logs are in the Master's web UI, "
                    + page(masters(conf)[0], port)
                    + " (another port: spark.master.ui.port)");
  }

  /** The page of the Master that is active, with its content as JSON. */
  record Found(URI page, JsonNode json) {}

  /** The web UI of the active Master; empty if none responds. */
  static Optional<Found> found(SparkConf conf) {
    int port = conf.getInt("spark.master.ui.port", PORT);
    for (String master : masters(conf)) {
      URI page = page(master, port);
      try {
        JsonNode json = new ObjectMapper().readTree(read(page.resolve("/json/")).text);
        // A standby Master has no Workers, and another program may listen on the port.
        if (json.path("url").asText().equals(SCHEME + master)
            && json.path("status").asText().equals("ALIVE")) {
          return Optional.of(new Found(page, json));
        }
      } catch (IOException | IllegalArgumentException e) {
        // The next Master may respond; only the detail of a message depends on it.
      }
    }
    return Optional.empty();
  }

  /**
   * Whether one of the Masters of a {@code spark.master} answers in HTTP. A Master takes a request
   * for a frame that is too large, and closes the connection.
   */
  static boolean speaksHttp(String masters) {
    for (String master : masters(masters)) {
      try {
        if (connection(URI.create("http://" + master + "/")).getResponseCode() > 0) {
          return true;
        }
      } catch (IOException | IllegalArgumentException e) {
        // No answer, or none in HTTP.
      }
    }
    return false;
  }

  private static String[] masters(SparkConf conf) {
    return masters(conf.get("spark.master"));
  }

  private static String[] masters(String master) {
    return master.substring(SCHEME.length()).split(",");
  }

  private static URI page(String master, int port) {
    return URI.create("http://" + URI.create(SCHEME + master).getHost() + ":" + port);
  }

  /** A page, with the time at its server in milliseconds since 1970; 0 if it tells none. */
  record Page(String text, long serverMillis) {}

  static Page read(URI page) throws IOException {
    HttpURLConnection connection = connection(page);
    try (InputStream body = connection.getInputStream()) {
      return new Page(
          new String(body.readAllBytes(), StandardCharsets.UTF_8), connection.getDate());
    }
  }

  private static HttpURLConnection connection(URI page) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
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
        Locale.ROOT,
        "%s has %d Worker(s) with at most %s, currently free %s%s",
        json.path("url").asText(),
        alive.size(),
        largest(alive, ""),
        largest(alive, "free"),
        running.isEmpty() ? "" : ", in use by " + running);
  }

  /**
   * Maximum of each resource over the Workers, in total or free.
   *
   * @param part "" for total, "free" for free resources
   */
  private static String largest(List<JsonNode> workers, String part) {
    return resources(
        largest(workers, worker -> worker.path("cores" + part).asLong()),
        largest(workers, worker -> worker.path("memory" + part).asLong()),
        largest(workers, worker -> worker.path("resources" + part).at("/gpu/addresses").size()));
  }

  private static long largest(List<JsonNode> workers, ToLongFunction<JsonNode> resource) {
    return workers.stream().mapToLong(resource).max().orElse(0);
  }

  /** Describes the resources of an executor. */
  static String resources(long cores, long megabytes, long gpus) {
    return cores + " core(s), " + megabytes + " MiB and " + gpus + " GPU(s)";
  }
}
