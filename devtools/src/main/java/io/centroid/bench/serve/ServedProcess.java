package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a separate process, ended by {@link #close} or with this JVM. */
final class ServedProcess implements AutoCloseable {
  private static final long END_SECONDS = 40;

  private final Process process;
  private final Thread end;
  private final URI uri;

  /**
   * Starts the server.
   *
   * @param command command line of the server, with --json and --port 0
   */
  ServedProcess(List<String> command) {
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      end = new Thread(process::destroy);
      Runtime.getRuntime().addShutdownHook(end);
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      String line = lines.readLine();
      if (line == null) {
        throw new IllegalStateException("the server ended before it was ready");
      }
      JsonNode started = new ObjectMapper().readTree(line);
      uri = URI.create(started.get("url").asText());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the server: " + e.getMessage(), e);
    }
  }

  URI uri() {
    return uri;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Sum of the values of /metrics whose names start with a prefix. */
  double metric(String prefix) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri.resolve("/metrics")).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(prefix))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException("the server's metrics: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // This JVM is shutting down: the hook runs anyway.
    }
  }
}
