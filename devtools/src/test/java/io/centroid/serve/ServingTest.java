package io.centroid.serve;

import static io.centroid.serve.ServerUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.Eventually;
import io.centroid.error.InputException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inference protocol over HTTP. */
class ServingTest {
  private static final String INFER = "/v2/models/digits/infer";
  @TempDir static Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() {
    server = ServerUnderTest.of(DigitExports.linear(folder.resolve("digits"), 3));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Test
  void reportsThatTheServerIsLiveAndReady() throws Exception {
    assertThat(server.get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
    JsonNode about = json(server.get("/v2"));
    assertThat(about.get("name").textValue()).isEqualTo("centroid");
    assertThat(about.get("extensions").toString()).contains("binary_tensor_data");
  }

  @Test
  void reportsTheTensorsOfTheModel() throws Exception {
    JsonNode model = json(server.get("/v2/models/digits"));
    assertThat(model.get("name").textValue()).isEqualTo("digits");
    assertThat(model.get("platform").textValue()).isEqualTo("onnxruntime_onnx");
    assertThat(model.get("inputs").toString())
        .isEqualTo("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,784]}]");
    assertThat(model.get("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,10]},"
                + "{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,10]}]");
    String version = model.get("versions").get(0).textValue();
    assertThat(version).matches("[0-9a-f]{12}");
    assertThat(server.get("/v2/models/digits/versions/" + version + "/ready").statusCode())
        .isEqualTo(200);
    assertThat(json(server.get("/v2/repository/index")).get(0).get("state").textValue())
        .isEqualTo("READY");
  }

  @Test
  void computesProbabilities() throws Exception {
    HttpResponse<String> answer = server.infer(0);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode probabilities = json(answer).get("outputs").get(0);
    assertThat(probabilities.get("name").textValue()).isEqualTo("probabilities");
    assertThat(probabilities.get("shape").toString()).isEqualTo("[1,10]");
    double favorite = Math.exp(2) / (Math.exp(2) + 9);
    assertThat(probabilities.get("data").get(3).doubleValue()).isCloseTo(favorite, within(1e-6));
    assertThat(probabilities.get("data").get(4).doubleValue())
        .isCloseTo((1 - favorite) / 9, within(1e-6));
  }

  @Test
  void returnsTheIdAndOnlyRequestedOutputs() throws Exception {
    String body =
        ServerUnderTest.body(0)
            .replaceFirst("\\{", "{\"id\":\"q<1>\",\"outputs\":[{\"name\":\"logits\"}],");
    JsonNode answer = json(server.post(INFER, body));
    assertThat(answer.get("id").textValue()).isEqualTo("q<1>");
    assertThat(answer.get("outputs")).hasSize(1);
    assertThat(answer.get("outputs").get(0).get("data").get(3).doubleValue()).isEqualTo(2);
  }

  @Test
  void fieldsThatAreNullAreAbsent() throws Exception {
    String body =
        ServerUnderTest.body(0)
            .replaceFirst(
                "\\{", "{\"id\":null,\"parameters\":null,\"model_version\":null,\"outputs\":null,")
            .replaceFirst(
                "\"name\":\"input\"", "\"parameters\":null,\"contents\":null,\"name\":\"input\"");
    HttpResponse<String> answer = server.post(INFER, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).has("id")).isFalse();
    assertThat(json(answer).get("outputs")).hasSize(2);
    String chosen =
        ServerUnderTest.body(0)
            .replaceFirst(
                "\\{",
                "{\"parameters\":{\"binary_data_output\":null},\"outputs\":[{\"name\":\"logits\","
                    + "\"datatype\":null,\"parameters\":{\"binary_data\":null}}],");
    assertThat(json(server.post(INFER, chosen)).get("outputs")).hasSize(1);
  }

  @Test
  void aFailureOfTheRuntimeIsTheServersWithoutThePath() throws Exception {
    Path export = DigitExports.table(folder.resolve("table"));
    try (ServerUnderTest table = ServerUnderTest.of(export)) {
      String body =
          "{\"inputs\":[{\"name\":\"number\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[%d]}]}";
      assertThat(table.post(INFER, body.formatted(2)).statusCode()).isEqualTo(200);
      HttpResponse<String> failed = table.post(INFER, body.formatted(3));
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(json(failed).get("error").textValue())
          .isEqualTo("internal server error; see the server log");
      assertThat(table.post(INFER, body.formatted(2)).statusCode()).isEqualTo(200);
      HttpResponse<String> infinite = table.post(INFER, body.formatted(1));
      assertThat(infinite.statusCode()).isEqualTo(500);
      assertThat(json(infinite).get("error").textValue())
          .isEqualTo("the input leads to an output that is not finite: logits has -Infinity");
    }
  }

  @Test
  void columnsOfATableAreReportedAndAcceptedByName() throws Exception {
    Path export = DigitExports.columns(folder.resolve("columns"));
    try (ServerUnderTest table = ServerUnderTest.of(export)) {
      JsonNode parameters = json(table.get("/v2/models/digits")).get("parameters");
      assertThat(parameters.get("columns").textValue()).isEqualTo("[\"b\",\"a\"]");
      assertThat(parameters.get("target").textValue()).isEqualTo("digit");
      String column = "{\"name\":\"%s\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[%s]}";
      String byName =
          "{\"inputs\":[%s,%s]}"
              .formatted(column.formatted("a", "1,2"), column.formatted("b", "3,4"));
      String byPosition =
          "{\"inputs\":[{\"name\":\"input\",\"shape\":[2,2],\"datatype\":\"FP32\","
              + "\"data\":[3,1,4,2]}]}";
      for (String body : List.of(byName, byPosition)) {
        JsonNode logits = json(table.post(INFER, body)).get("outputs").get(1);
        assertThat(logits.get("shape").toString()).isEqualTo("[2,10]");
        assertThat(logits.get("data").get(0).doubleValue()).isEqualTo(30);
        assertThat(logits.get("data").get(10).doubleValue()).isEqualTo(40);
      }
    }
    assertThat(json(server.get("/v2/models/digits")).get("parameters").has("columns")).isFalse();
  }

  @Test
  void numbersThatLeadToAnOutputThatIsNotFiniteAreTheClientsError() throws Exception {
    Path export = DigitExports.columns(folder.resolve("overflow"));
    try (ServerUnderTest table = ServerUnderTest.of(export)) {
      String body =
          "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
              + "\"data\":[%s,0]}],\"outputs\":[{\"name\":\"logits\"}]}";
      HttpResponse<String> answer = table.post(INFER, body.formatted("3.4e38"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(json(answer).get("error").textValue())
          .isEqualTo("the input leads to an output that is not finite: logits has Infinity");
      assertThat(table.post(INFER, body.formatted("3.4e37")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void rowsAndConcurrentRequestsHaveTheSameResults() throws Exception {
    // The logit of class c is 0.01 times the sum of its 79 or 78 pixels.
    StringBuilder data = new StringBuilder("[");
    for (int row = 0; row < 3; row++) {
      data.append(row == 0 ? "[" : ",[");
      for (int i = 0; i < DigitExports.PIXELS; i++) {
        data.append(i == 0 ? "" : ",").append(i % 10 == row ? 1 : 0);
      }
      data.append("]");
    }
    String body =
        "{\"inputs\":[{\"data\":"
            + data
            + "],\"datatype\":\"FP32\",\"shape\":[3,784],\"name\":\"input\"}]}";
    JsonNode logits = json(server.post(INFER, body)).get("outputs").get(1).get("data");
    assertThat(logits).hasSize(30);
    for (int row = 0; row < 3; row++) {
      assertThat(logits.get(row * 10 + row).doubleValue()).isCloseTo(0.79, within(1e-5));
      assertThat(logits.get(row * 10 + 3).doubleValue()).isEqualTo(2);
    }
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 60)
            .mapToObj(
                i ->
                    server
                        .client()
                        .sendAsync(
                            server
                                .request(INFER)
                                .POST(HttpRequest.BodyPublishers.ofString(ServerUnderTest.body(i)))
                                .build(),
                            BodyHandlers.ofString()))
            .toList();
    for (int i = 0; i < answers.size(); i++) {
      JsonNode answer = json(answers.get(i).get()).get("outputs").get(1).get("data");
      assertThat(answer.get(0).doubleValue()).isCloseTo(0.79 * i, within(1e-3));
      assertThat(answer.get(9).doubleValue()).isCloseTo(0.78 * i, within(1e-3));
    }
  }

  @Test
  void supportsBinaryInputsAndOutputs() throws Exception {
    byte[] json =
        ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"input\","
                + "\"shape\":[2,784],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":6272}}]}")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(json.length + 6272).order(ByteOrder.LITTLE_ENDIAN).put(json);
    for (int i = 0; i < 784; i++) {
      body.putFloat(0);
    }
    for (int i = 0; i < 784; i++) {
      body.putFloat(100);
    }
    HttpResponse<byte[]> answer =
        server
            .client()
            .send(
                server
                    .request(INFER)
                    .header("Inference-Header-Content-Length", String.valueOf(json.length))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.array()))
                    .build(),
                BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    int length =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    assertThat(answer.body()).hasSize(length + 2 * 2 * 10 * 4);
    ByteBuffer tensors = ByteBuffer.wrap(answer.body(), length, 160).order(ByteOrder.LITTLE_ENDIAN);
    tensors.position(length + 80);
    float[] logits = new float[20];
    tensors.asFloatBuffer().get(logits);
    assertThat(logits[3]).isEqualTo(2);
    assertThat(logits[10]).isCloseTo(79, within(1e-3f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v2/models/other/infer           | 404 | unknown model "other", expected digits
          /v2/models/digits/versions/7/infer | 404 | unknown version "7", expected
          /v2/models/digits/generate       | 400 | digits is not a language model with
          /v2/nowhere                      | 404 | not found: "/v2/nowhere"
          /v2/models/digits                | 405 | POST is not allowed, only GET, HEAD
          """)
  void unknownPathsAndModelsAreReportedInOneLine(String path, int status, String message)
      throws Exception {
    HttpResponse<String> answer = server.post(path, "{\"text_input\": \"a\"}");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).get("error").textValue()).startsWith(message);
    assertThat(answer.body().lines()).hasSize(1);
  }

  @Test
  void inferenceRequiresPost() throws Exception {
    HttpResponse<String> answer = server.get(INFER);
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void metricsCountRequests() throws Exception {
    double before =
        server.metric("centroid_requests_total{code=\"200\",endpoint=\"infer\",model=\"digits\"}");
    server.infer(1);
    server.post(INFER, "nonsense");
    assertThat(
            server.metric(
                "centroid_requests_total{code=\"200\",endpoint=\"infer\",model=\"digits\"}"))
        .isEqualTo(before + 1);
    assertThat(
            server.metric(
                "centroid_requests_total{code=\"400\",endpoint=\"infer\",model=\"digits\"}"))
        .isGreaterThanOrEqualTo(1);
    assertThat(server.metric("centroid_ready{model=\"digits\"}")).isEqualTo(1);
    assertThat(server.metric("centroid_in_flight{model=\"digits\"}")).isZero();
    assertThat(server.get("/metrics").body())
        .contains("# TYPE centroid_request_seconds histogram")
        .contains("centroid_request_seconds_bucket{model=\"digits\",le=\"+Inf\"}")
        .contains("centroid_batch_rows_bucket{model=\"digits\",le=\"1.0\"}")
        .contains("centroid_model_info{model=\"digits\",version=\"");
  }

  @Test
  void thePageIsSelfContainedAndCannotBeFramed() throws Exception {
    HttpResponse<String> page = server.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    for (String file : List.of("/", "/page.js", "/digit.js", "/page.css", "/icon.svg")) {
      HttpResponse<String> answer = server.get(file);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("http://", "https://", "innerHTML", "document.write");
    }
  }

  @Test
  void anInvalidExportIsRejectedBeforeTheServerListens() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> ServerUnderTest.of(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export.json: no such file");
    Path broken = DigitExports.write(folder.resolve("broken"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> ServerUnderTest.of(broken))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.onnx: ONNX Runtime rejects it");
    Path damaged = DigitExports.linear(folder.resolve("damaged"), 1);
    byte[] bytes = Files.readAllBytes(damaged.resolve("model.onnx"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged.resolve("model.onnx"), bytes);
    assertThatThrownBy(() -> ServerUnderTest.of(damaged))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.onnx: file: expected 31717 bytes, SHA-256");
  }

  @Test
  void anOccupiedPortIsReportedInOneLine() throws Exception {
    var taken =
        new io.centroid.serve.http.ServerSettings(
            "127.0.0.1",
            server.uri().getPort(),
            1,
            1,
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ZERO,
            io.centroid.serve.protocol.RequestLimits.DEFAULT,
            io.centroid.serve.http.Cors.NONE);
    long threads = sweepers();
    assertThatThrownBy(() -> ServerUnderTest.of(folder.resolve("digits"), taken))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + server.uri().getPort());
    Eventually.await("the end of its threads", Duration.ofSeconds(10), () -> sweepers() <= threads);
  }

  private static long sweepers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("centroid-timeouts"))
        .count();
  }

  @Test
  void closeCompletesAcceptedRequests() throws Exception {
    ServerUnderTest other = ServerUnderTest.of(DigitExports.dense(folder.resolve("other"), 1, 7));
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    other
                        .client()
                        .sendAsync(
                            other
                                .request(INFER)
                                .POST(HttpRequest.BodyPublishers.ofString(ServerUnderTest.body(i)))
                                .build(),
                            BodyHandlers.ofString()))
            .toList();
    Eventually.await(
        "some answers",
        Duration.ofSeconds(10),
        () -> answers.stream().anyMatch(CompletableFuture::isDone));
    other.close();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      // Requests without a connection may fail; all responses are complete.
      if (!answer.handle((response, failure) -> failure != null).get()) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
    }
    assertThat(answers.stream().filter(answer -> !answer.isCompletedExceptionally()).count())
        .isPositive();
  }
}
