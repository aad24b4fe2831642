package io.centroid.serve.http;

import static io.centroid.serve.ServerUnderTest.SETTINGS;
import static io.centroid.serve.ServerUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.serve.DigitExports;
import io.centroid.serve.ServerUnderTest;
import io.centroid.serve.protocol.RequestLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Limits: large, slow or malformed requests are rejected in one line, and the server stays
 * available.
 */
class LimitsTest {
  private static final String INFER = "/v2/models/digits/infer";
  private static final RequestLimits SMALL = new RequestLimits(20_000, 3000, 16);
  @TempDir static Path folder;
  private static Path export;

  @BeforeAll
  static void export() {
    export = DigitExports.linear(folder.resolve("digits"), 3);
  }

  private static ServerSettings settings(int concurrency, Duration timeout) {
    return new ServerSettings(
        "127.0.0.1", 0, concurrency, 64, timeout, Duration.ZERO, Duration.ZERO, SMALL, Cors.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense                              | body: is not the expected JSON at line 1
          []                                    | body: expected an object
          {}                                    | inputs is missing or empty
          {"inputs":[{}]}                       | an input must have name, shape and datatype
          {"inputs":[{"name":"input","shape":[1,784],"datatype":"FP32"}]} | input input has no data
          {"inputs":[{"name":"input","shape":[1,784],"datatype":"BYTES","data":[]}]} | inputs[].datatype: expected FP32 or INT64
          {"inputs":[{"name":"input","shape":[1,784],"datatype":"FP32","data":[1,2]}]} | input input: data has fewer
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,2,3]}]} | input input: data has more
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,2]}]} | input input: expected shape [-1, 784], found [1, 2]
          {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]} | input input is missing
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,"2"]}]} | input input: data[1]: expected a number
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,1e999]}]} | data[1]: out of range for FP32
          {"inputs":[{"name":"input","shape":[2,2],"datatype":"FP32","data":[[1,2],[3]]}]} | input input: data is neither flat nor nested
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"INT64","data":[1,1.5]}]} | data[1]: expected a 64-bit integer
          {"inputs":[{"name":"input","shape":[-1,2],"datatype":"FP32","data":[1]}]} | inputs[].shape[]: expected an integer from 0
          {"inputs":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]} | inputs[0]: expected an object
          {"x":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]} | body: is not the expected JSON
          {"inputs":[],"inputs":[]}             | body: is not the expected JSON
          {"inputs":[]} x                       | body: is not the expected JSON
          """)
  void aMalformedBodyIsReportedInOneLine(String body, String message) throws Exception {
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(4, SETTINGS.timeout()))) {
      HttpResponse<String> answer = server.post(INFER, body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(json(answer).get("error").textValue()).startsWith(message);
      assertThat(json(answer).get("error").textValue().lines()).hasSize(1);
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aTooLargeShapeIsRejected() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(4, SETTINGS.timeout()))) {
      HttpResponse<String> answer =
          server.post(
              INFER,
              "{\"inputs\":[{\"name\":\"input\",\"shape\":[4294967296,4294967296],"
                  + "\"datatype\":\"FP32\",\"data\":[1]}]}");
      assertThat(answer.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void aLargeBodyIsRejectedBeforeItIsRead() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(4, SETTINGS.timeout()))) {
      String answer = exchange(server, head("Content-Length: 999999999"));
      assertThat(answer)
          .startsWith("HTTP/1.1 413 ")
          .contains("{\"error\":\"the body is larger than 20000 bytes\"}");
      String chunk = "4e20\r\n" + "x".repeat(20_000) + "\r\n";
      assertThat(exchange(server, head("Transfer-Encoding: chunked") + chunk + chunk))
          .startsWith("HTTP/1.1 413 ");
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSlowRequestTimesOut() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(4, Duration.ofMillis(300)))) {
      assertThat(exchange(server, head("Content-Length: 100") + "{"))
          .startsWith("HTTP/1.1 408 ")
          .contains("the body did not arrive in time");
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
      assertThat(server.metric("centroid_in_flight{model=\"digits\"}")).isZero();
    }
  }

  @Test
  void tooManyConcurrentRequestsAreRejected() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(1, SETTINGS.timeout()));
        Socket first = connect(server)) {
      send(first, head("Content-Length: 2") + "{");
      Eventually.await(
          "the first one",
          Duration.ofSeconds(10),
          () -> server.metric("centroid_in_flight{model=\"digits\"}") == 1);
      HttpResponse<String> second = server.infer(0);
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.headers().firstValue("Retry-After")).contains("1");
      assertThat(json(second).get("error").textValue())
          .contains("server busy (1 requests in flight); retry later");
      // Health checks do not use the model.
      assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
      send(first, "}");
      first.shutdownOutput();
      assertThat(read(first)).startsWith("HTTP/1.1 400 ");
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void randomBytesAreRejectedAndTheServerStaysAvailable() throws Exception {
    Random random = new Random(7);
    try (ServerUnderTest server = ServerUnderTest.of(export, settings(8, SETTINGS.timeout()))) {
      String body = ServerUnderTest.body(1);
      byte[] valid =
          (head("Content-Length: " + body.length()) + body).getBytes(StandardCharsets.ISO_8859_1);
      int rejected = 0;
      for (int i = 0; i < 300; i++) {
        byte[] bytes = i % 3 == 0 ? randomBytes(random) : damaged(valid, random);
        String answer = exchange(server, new String(bytes, StandardCharsets.ISO_8859_1));
        if (!answer.isEmpty()) {
          assertThat(answer)
              .as("input %d", i)
              .matches("(?s)HTTP/1\\.[01] (2\\d\\d|4\\d\\d|501|505) .*");
          rejected += answer.matches("(?s)HTTP/1\\.[01] 4.*") ? 1 : 0;
        }
      }
      assertThat(rejected).isGreaterThan(100);
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
      assertThat(server.metric("centroid_in_flight{model=\"digits\"}")).isZero();
    }
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(400)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A valid request with up to eight changed bytes, most of them in its header, or truncated. */
  private static byte[] damaged(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int k = random.nextInt(8); k >= 0; k--) {
      int range = random.nextBoolean() ? 120 : bytes.length;
      bytes[random.nextInt(range)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1))
        : bytes;
  }

  private static String head(String header) {
    return "POST "
        + INFER
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + header
        + "\r\n\r\n";
  }

  private static Socket connect(ServerUnderTest server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Sends bytes and returns the response; empty if the server closes the connection. */
  private static String exchange(ServerUnderTest server, String sent) throws IOException {
    try (Socket socket = connect(server)) {
      try {
        send(socket, sent);
        boolean complete = !sent.endsWith("{");
        if (complete && !sent.contains("999999999")) {
          socket.shutdownOutput();
        }
        return read(socket);
      } catch (java.net.SocketException e) {
        // The server closed the connection while the request was sent.
        return "";
      }
    }
  }
}
