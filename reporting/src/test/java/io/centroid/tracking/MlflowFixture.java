package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.run.metrics.RoundMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that must refuse nothing, and the folder of a run that it tracks. */
abstract class MlflowFixture {
  static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  MlflowServer server;
  Path directory;

  @BeforeEach
  void start() throws IOException {
    server = new MlflowServer();
    directory = folder.resolve("run");
  }

  @AfterEach
  void stop() {
    assertThat(server.refusals()).isEmpty();
    server.close();
  }

  TrackedTraining training() {
    return TrackedTraining.of(directory, server.uri());
  }

  MlflowHttp http() {
    return new MlflowHttp(server.uri(), null, Duration.ofSeconds(20));
  }

  /** Step up to which the server has the metrics. */
  long sent() {
    return Position.parse(server.run().tags.getOrDefault("centroid.sent", "")).step();
  }

  /** Number of requests that contain a text. */
  long calls(String text) {
    return server.requests.stream().filter(call -> call.contains(text)).count();
  }

  static void await(String what, Callable<Boolean> condition) {
    try {
      Eventually.await(what, Duration.ofSeconds(60), condition);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  List<Long> steps(String key) {
    return server.points(key).stream().map(MlflowServer.Point::step).toList();
  }

  /** The server has exactly what metrics.jsonl has, and the end of the run. */
  void requireComplete() throws IOException {
    assertThat(server.run().status).isEqualTo("FINISHED");
    assertThat(directory.resolve("mlflow.json")).exists();
    assertThat(steps("training/loss")).containsExactlyElementsOf(TrackedTraining.STEPS);
    assertThat(steps("time/seconds")).containsExactlyElementsOf(TrackedTraining.STEPS);
    assertThat(steps("validation/accuracy")).containsExactly(8L, 16L, 24L);
    assertThat(steps("test/loss")).containsExactly(24L);
    List<String> sent = new ArrayList<>();
    server.run().points.forEach(point -> sent.add(point.key() + " " + point.step()));
    assertThat(sent).doesNotHaveDuplicates();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      JsonNode row = JSON.readTree(line);
      if (row.path("type").asText().equals("round")) {
        for (RoundMetric metric : RoundMetric.values()) {
          // What was done again took another time and other memory.
          boolean isRepeatable =
              metric.group() != RoundMetric.Group.TIME
                  && metric.group() != RoundMetric.Group.MEMORY;
          if (row.has(metric.key()) && isRepeatable) {
            String key = metric.group().name().toLowerCase(Locale.ROOT) + "/" + metric.key();
            assertThat(value(key, row)).as(key).isEqualTo(row.path(metric.key()).asDouble());
          }
        }
        assertThat(row.has("loss") && row.has("bytesUp")).isTrue();
      } else if (row.path("type").asText().equals("evaluation")) {
        assertThat(value(row.path("part").asText() + "/accuracy", row))
            .isEqualTo(row.path("accuracy").asDouble());
      }
    }
  }

  private double value(String key, JsonNode row) {
    return server.points(key).stream()
        .filter(point -> point.step() == row.path("step").asLong())
        .findFirst()
        .orElseThrow()
        .value();
  }
}
