package io.centroid.data.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A local mirror that can simulate failures. */
final class LocalMirror implements AutoCloseable {
  final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** The Range header of each request; empty if absent. */
  final List<String> ranges = new CopyOnWriteArrayList<>();

  final AtomicLong bytesSent = new AtomicLong();
  private final Behavior behavior;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);

  enum Behavior {
    GOOD,
    IGNORES_RANGES,
    ANSWERS_ANOTHER_RANGE,
    BREAKS_OFF_HALFWAY,
    NEVER_ANSWERS
  }

  LocalMirror(Behavior behavior) throws IOException {
    this.behavior = behavior;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/mnist/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create(
        "http://"
            + server.getAddress().getAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/mnist");
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdown();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "");
    ranges.add(range);
    byte[] content = files.get(exchange.getRequestURI().getPath().replace("/mnist/", ""));
    if (behavior == Behavior.NEVER_ANSWERS) {
      awaitClose();
    } else if (content == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (range.isEmpty() || behavior == Behavior.IGNORES_RANGES) {
      send(exchange, 200, content);
    } else {
      int from = Integer.parseInt(range.replace("bytes=", "").replace("-", ""));
      if (from >= content.length) {
        exchange.sendResponseHeaders(416, -1);
      } else {
        int shift = behavior == Behavior.ANSWERS_ANOTHER_RANGE ? from - 1 : from;
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes " + shift + "-" + (content.length - 1) + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, shift, content.length));
      }
    }
    exchange.close();
  }

  private void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    int sent = behavior == Behavior.BREAKS_OFF_HALFWAY ? body.length / 2 : body.length;
    exchange.getResponseBody().write(body, 0, sent);
    exchange.getResponseBody().flush();
    bytesSent.addAndGet(sent);
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
