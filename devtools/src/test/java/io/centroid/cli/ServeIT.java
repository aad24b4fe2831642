package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.serve.DigitExports;
import io.centroid.serve.ServerUnderTest;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} and {@code bench serve} through the launcher. */
class ServeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LAUNCHER =
      Path.of(System.getProperty("centroid.home", "..")).resolve("centroid").toString();
  @TempDir Path folder;

  @Test
  void servesLoadsANewVersionAndShutsDownOnSigterm() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 3, 1);
    Process server =
        new ProcessBuilder(
                LAUNCHER,
                "serve",
                export.toString(),
                "--port",
                "0",
                "--poll-seconds",
                "0.1",
                "--json")
            .redirectError(folder.resolve("log").toFile())
            .start();
    try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      assertThat(line).as("log: %s", folder.resolve("log")).isNotNull();
      JsonNode started = JSON.readTree(line);
      assertThat(started.get("model").asText()).isEqualTo("digits");
      URI uri = URI.create(started.get("url").asText());
      String first = version(uri);
      assertThat(first).isEqualTo(started.get("version").asText());
      DigitExports.dense(export, 4, 1);
      Eventually.await(
          "the new version", Duration.ofSeconds(30), () -> !version(uri).equals(first));
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(143);
      assertThat(folder.resolve("log")).content().contains("now serving").doesNotContain("ERROR");
    } finally {
      server.destroyForcibly();
    }
  }

  private static String version(URI uri) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri.resolve("/v2/models/digits/infer"))
                    .POST(HttpRequest.BodyPublishers.ofString(ServerUnderTest.body(0)))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return ServerUnderTest.json(answer).get("model_version").asText();
  }

  @Test
  void theBenchmarkLosesNoRequestWhileVersionsChange() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 3, 1);
    Process bench =
        new ProcessBuilder(
                LAUNCHER,
                "bench",
                "serve",
                export.toString(),
                "--seconds",
                "6",
                "--warm-up-seconds",
                "2",
                "--reload-seconds",
                "1",
                "--connections",
                "8",
                "--json")
            .redirectError(folder.resolve("log").toFile())
            .start();
    String output = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bench.waitFor()).as(output).isZero();
    JsonNode report = JSON.readTree(output);
    assertThat(report.get("passed").asBoolean()).isTrue();
    assertThat(report.get("reloads").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(report.get("requests").asLong()).isGreaterThan(500);
    assertThat(report.get("refused").asLong()).isZero();
    assertThat(report.get("broken").asLong()).isZero();
  }
}
