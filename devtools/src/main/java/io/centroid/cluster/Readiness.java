package io.centroid.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/** Checks the readiness of daemons over their HTTP endpoints. */
final class Readiness {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final Duration POLL = Duration.ofMillis(100);

  private final ClusterDirectory directory;
  private final Duration limit;

  Readiness(ClusterDirectory directory, Duration limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /**
   * Waits until a condition is true.
   *
   * @throws ClusterException if a daemon died or the time limit is exceeded, with the end of its
   *     log
   */
  void await(String what, List<Daemon> daemons, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      for (Daemon daemon : daemons) {
        if (!daemon.isAlive()) {
          throw failure(daemon.name() + " died while starting", daemon);
        }
      }
      if (System.nanoTime() > deadline) {
        throw failure(what + " took longer than " + limit.toSeconds() + " s", daemons.get(0));
      }
      pause();
    }
  }

  /** Whether the NameNode is out of safe mode and enough DataNodes have space. */
  static boolean hdfsReady(Daemon namenode, long datanodes) {
    JsonNode info = bean(namenode, "NameNodeInfo");
    return info.path("Safemode").asText("unknown").isEmpty()
        && withRoom(info.path("LiveNodes").asText()) >= datanodes;
  }

  /**
   * Counts the DataNodes with space. A DataNode is alive after its registration, but rejects writes
   * until it has reported its storage.
   *
   * @param nodes live nodes as JSON text of the NameNode
   */
  private static long withRoom(String nodes) {
    try {
      return StreamSupport.stream(JSON.readTree(nodes).spliterator(), false)
          .filter(node -> node.path("remaining").asLong() > 0)
          .count();
    } catch (JsonProcessingException notYet) {
      return 0;
    }
  }

  /** Whether the Master is active and has enough Workers. */
  static boolean sparkReady(Daemon master, long workers) {
    JsonNode page = json(master.page() + "/json/");
    return page.path("status").asText().equals("ALIVE")
        && page.path("aliveworkers").asLong(-1) >= workers;
  }

  /** Whether a daemon answers HTTP requests. */
  static boolean answers(Daemon daemon) {
    try {
      HttpURLConnection connection = open(daemon.page());
      int code = connection.getResponseCode();
      connection.disconnect();
      return code > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonNode bean(Daemon namenode, String name) {
    return json(namenode.page() + "/jmx?qry=Hadoop:service=NameNode,name=" + name)
        .path("beans")
        .path(0);
  }

  private static JsonNode json(String url) {
    try (InputStream body = open(url).getInputStream()) {
      return JSON.readTree(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException notYet) {
      return MissingNode.getInstance();
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }

  private ClusterException failure(String what, Daemon daemon) {
    return new ClusterException(
        what
            + "; the end of "
            + directory.log(daemon.name())
            + ":\n  "
            + directory.tail(daemon.name(), 20));
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for the cluster", e);
    }
  }
}
