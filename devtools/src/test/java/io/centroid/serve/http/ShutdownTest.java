package io.centroid.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.serve.DigitExports;
import io.centroid.serve.ServerUnderTest;
import io.centroid.serve.protocol.RequestLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server answers while it shuts down. */
class ShutdownTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  @TempDir Path folder;

  private ServerUnderTest server(Duration delay) {
    return ServerUnderTest.of(
        DigitExports.linear(folder.resolve("digits"), 3),
        new ServerSettings(
            "127.0.0.1",
            0,
            8,
            64,
            Duration.ofSeconds(20),
            delay,
            Duration.ofSeconds(20),
            RequestLimits.DEFAULT,
            Cors.NONE));
  }

  @Test
  void stillAnswersNewConnectionsDuringTheDelayAndClosesEach() throws Exception {
    ServerUnderTest server = server(Duration.ofSeconds(2));
    int port = server.uri().getPort();
    assertThat(server.infer(0).headers().firstValue("Connection")).isEmpty();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
    Eventually.await("not ready", LIMIT, () -> server.get("/v2/health/ready").statusCode() == 503);
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> answer = server.infer(0);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Connection")).contains("close");
    }
    assertThat(server.get("/v2/health/live").statusCode()).isEqualTo(200);
    closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(refuses(port)).isTrue();
  }

  @Test
  void answersARequestThatArrivesSlowlyAfterTheServerStoppedListening() throws Exception {
    ServerUnderTest server = server(Duration.ZERO);
    String body = ServerUnderTest.body(0);
    int port = server.uri().getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      send(
          socket,
          "POST /v2/models/digits/infer HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body.substring(0, 10));
      Eventually.await(
          "the request", LIMIT, () -> server.metric("centroid_in_flight{model=\"digits\"}") == 1);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      Eventually.await("the listener's end", LIMIT, () -> refuses(port));
      // Longer than an unused connection is kept.
      assertThat(closed).failsWithin(Duration.ofMillis(1500));
      send(socket, body.substring(10));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      assertThat(lines.lines().toList())
          .startsWith("HTTP/1.1 200 OK")
          .contains("Connection: close")
          .last()
          .asString()
          .contains("\"probabilities\"");
      closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static boolean refuses(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }
}
