package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.dist.Product;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while clients send requests on kept connections. */
class DrainIT {
  private static final int CLIENTS = 8;
  private static final double DELAY_SECONDS = 1.5;
  @TempDir Path folder;

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger lastAnswers = new AtomicInteger();
  private volatile long terminatedNanos = Long.MAX_VALUE;
  private volatile long refusedNanos = Long.MAX_VALUE;

  @Test
  void answersEveryRequestOnAKeptConnection() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 3, 1);
    Path log = folder.resolve("log");
    Process server = start(export, log);
    try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
      JsonNode started = new ObjectMapper().readTree(lines.readLine());
      URI uri = URI.create(started.get("url").asText()).resolve("/v2/models/digits/infer");
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Thread(() -> requests(uri)));
      }
      clients.forEach(Thread::start);
      Eventually.await("answers", Duration.ofSeconds(30), () -> answers.get() > 300);
      terminatedNanos = System.nanoTime();
      server.destroy();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(lastAnswers).hasValueGreaterThan(CLIENTS);
      assertThat((refusedNanos - terminatedNanos) / 1e9).isBetween(DELAY_SECONDS, 20.0);
      assertThat(server.exitValue()).as(Files.readString(log)).isEqualTo(143);
      assertThat(log).content().doesNotContain("ERROR", "WARN");
    } finally {
      server.destroyForcibly();
    }
  }

  private void requests(URI uri) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(ServerUnderTest.body(1)))
            .build();
    while (true) {
      try {
        boolean late = System.nanoTime() - 500_000_000L > terminatedNanos;
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        boolean closes =
            answer.headers().firstValue("Connection").orElse("").equalsIgnoreCase("close");
        if (answer.statusCode() != 200 || late && !closes) {
          failures.add(answer.statusCode() + " " + answer.headers());
        }
        (closes ? lastAnswers : answers).incrementAndGet();
      } catch (ConnectException e) {
        refusedNanos = Math.min(refusedNanos, System.nanoTime());
        return;
      } catch (IOException | InterruptedException e) {
        failures.add((System.nanoTime() - terminatedNanos) / 1e9 + " s: " + e + ", " + root(e));
        return;
      }
    }
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }

  private static Process start(Path export, Path log) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(Product.class.getName(), "serve", export.toString(), "--port", "0"));
    line.addAll(List.of("--json", "--shutdown-delay-seconds", String.valueOf(DELAY_SECONDS)));
    return new ProcessBuilder(line).redirectError(log.toFile()).start();
  }
}
