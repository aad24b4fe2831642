package io.centroid.serve;

import static io.centroid.serve.ServerUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.Eventually;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloading under load: valid versions are loaded, invalid ones are rejected. */
class ReloadTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String REFUSED = "centroid_model_load_failures_total{model=\"digits\"}";
  private static final String RELOADS = "centroid_reloads_total{model=\"digits\"}";
  @TempDir Path folder;

  @Test
  void noRequestFailsWhileVersionsChange() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 0, 1);
    try (ServerUnderTest server = ServerUnderTest.of(export)) {
      AtomicBoolean enough = new AtomicBoolean();
      ExecutorService clients = Executors.newFixedThreadPool(8);
      try {
        List<Future<Integer>> counts = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
          counts.add(clients.submit(requests(server, enough)));
        }
        for (int version = 1; version <= 6; version++) {
          DigitExports.dense(folder.resolve("digits"), version, 1);
          int favorite = version;
          Eventually.await(
              "version " + version, LIMIT, () -> favorite(server.infer(0)) == favorite);
        }
        enough.set(true);
        int sent = 0;
        for (Future<Integer> count : counts) {
          sent += count.get();
        }
        assertThat(sent).isGreaterThan(50);
      } finally {
        enough.set(true);
        clients.shutdownNow();
      }
      assertThat(server.metric(RELOADS)).isEqualTo(6);
      assertThat(server.metric(REFUSED)).isZero();
    }
  }

  /**
   * Sends requests until stopped. Every response must be complete and consistent with its version.
   */
  private static Callable<Integer> requests(ServerUnderTest server, AtomicBoolean enough) {
    return () -> {
      int sent = 0;
      while (!enough.get()) {
        HttpResponse<String> answer = server.infer(0);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(favorite(answer)).isBetween(0, 6);
        sent++;
      }
      return sent;
    };
  }

  @Test
  void aBadVersionIsRejectedAndTheCurrentOneStays() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 4, 1);
    try (ServerUnderTest server = ServerUnderTest.of(export)) {
      String version = json(server.infer(0)).get("model_version").textValue();
      DigitExports.write(export, new byte[] {8, 8, 1});
      Eventually.await("a refusal", LIMIT, () -> server.metric(REFUSED) == 1);
      Path damaged = DigitExports.dense(folder.resolve("digits"), 5, 1);
      Eventually.await("the good one", LIMIT, () -> favorite(server.infer(0)) == 5);
      byte[] bytes = Files.readAllBytes(damaged.resolve("model.onnx"));
      DigitExports.write(export, shortened(bytes));
      Eventually.await("another refusal", LIMIT, () -> server.metric(REFUSED) == 2);
      assertThat(favorite(server.infer(0))).isEqualTo(5);
      assertThat(json(server.infer(0)).get("model_version").textValue()).isNotEqualTo(version);
      assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private static byte[] shortened(byte[] bytes) {
    return java.util.Arrays.copyOf(bytes, bytes.length / 2);
  }

  @Test
  void aVersionWithOtherInputsIsRejected() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 4, 1);
    try (ServerUnderTest server = ServerUnderTest.of(export)) {
      DigitExports.other(export);
      Eventually.await("a refusal", LIMIT, () -> server.metric(REFUSED) == 1);
      assertThat(favorite(server.infer(0))).isEqualTo(4);
    }
  }

  @Test
  void aTemporarilyMissingFolderIsTolerated() throws Exception {
    Path export = DigitExports.dense(folder.resolve("digits"), 4, 1);
    try (ServerUnderTest server = ServerUnderTest.of(export)) {
      Path away = Files.move(export, folder.resolve("away"));
      Eventually.await(
          "a failed poll",
          LIMIT,
          () -> server.metric("centroid_model_poll_failures_total{model=\"digits\"}") > 2);
      assertThat(favorite(server.infer(0))).isEqualTo(4);
      Files.move(away, export);
      DigitExports.dense(export, 8, 1);
      Eventually.await("the next one", LIMIT, () -> favorite(server.infer(0)) == 8);
    }
  }

  private static int favorite(HttpResponse<String> answer) {
    JsonNode data = json(answer).at("/outputs/0/data");
    int best = 0;
    for (int i = 1; i < data.size(); i++) {
      best = data.get(i).doubleValue() > data.get(best).doubleValue() ? i : best;
    }
    return best;
  }
}
