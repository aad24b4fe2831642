package io.centroid.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.serve.DigitExports;
import io.centroid.serve.ServerUnderTest;
import io.centroid.serve.protocol.RequestLimits;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  private static final String INFER = "/v2/models/digits/infer";
  private static final String PAGE = "https://app.example.com";
  private static final String ALLOWED = "Access-Control-Allow-Origin";
  @TempDir static Path folder;
  private static Path export;

  @BeforeAll
  static void export() {
    export = DigitExports.linear(folder.resolve("digits"), 3);
  }

  private static ServerUnderTest server(String... origins) {
    return ServerUnderTest.of(
        export,
        new ServerSettings(
            "127.0.0.1",
            0,
            8,
            64,
            Duration.ofSeconds(20),
            Duration.ZERO,
            Duration.ZERO,
            RequestLimits.DEFAULT,
            new Cors(List.of(origins))));
  }

  private static HttpResponse<String> preflight(ServerUnderTest server, String path, String origin)
      throws Exception {
    return server
        .client()
        .send(
            server
                .request(path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .method("OPTIONS", BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(ServerUnderTest server, String body, String origin)
      throws Exception {
    return server
        .client()
        .send(
            server
                .request(INFER)
                .header("Origin", origin)
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  @Test
  void answersThePreflightAndTheRequestsOfAnAllowedOrigin() throws Exception {
    try (ServerUnderTest server = server("http://localhost:3000", PAGE)) {
      HttpResponse<String> preflight = preflight(server, INFER, PAGE);
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue(ALLOWED)).contains(PAGE);
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods")).contains("POST");
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
          .contains("Content-Type, Inference-Header-Content-Length");
      assertThat(preflight.headers().firstValue("Access-Control-Max-Age")).contains("600");
      HttpResponse<String> answer = post(server, ServerUnderTest.body(0), PAGE);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue(ALLOWED)).contains(PAGE);
      assertThat(answer.headers().firstValue("Vary")).contains("Origin");
      // Errors too: otherwise the page could not read what is wrong.
      HttpResponse<String> error = post(server, "nonsense", "http://localhost:3000");
      assertThat(error.statusCode()).isEqualTo(400);
      assertThat(error.headers().firstValue(ALLOWED)).contains("http://localhost:3000");
    }
  }

  @Test
  void allowsEveryOriginWithAStar() throws Exception {
    try (ServerUnderTest server = server("*")) {
      assertThat(preflight(server, INFER, PAGE).headers().firstValue(ALLOWED)).contains("*");
      assertThat(post(server, ServerUnderTest.body(0), PAGE).headers().firstValue(ALLOWED))
          .contains("*");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://other.example.com"})
  void allowsNothingElse(String origin) throws Exception {
    try (ServerUnderTest server = origin.isEmpty() ? server() : server(origin)) {
      HttpResponse<String> preflight = preflight(server, INFER, PAGE);
      assertThat(preflight.statusCode()).isEqualTo(405);
      assertThat(preflight.headers().firstValue(ALLOWED)).isEmpty();
      HttpResponse<String> answer = post(server, ServerUnderTest.body(0), PAGE);
      assertThat(answer.headers().firstValue(ALLOWED)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "https://app.example.com/",
        "https://*.example.com",
        "null",
        ""
      })
  void anInvalidOriginIsReported(String origin) {
    assertThatThrownBy(() -> new Cors(List.of(origin)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--cors-origin: expected * or an origin")
        .hasMessageEndingWith("found \"" + origin + "\"");
  }
}
