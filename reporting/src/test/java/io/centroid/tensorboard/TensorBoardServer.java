package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.Pythons;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A real TensorBoard on the loopback address; a test without one is skipped. */
final class TensorBoardServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

  private final Process process;
  private final Path output;
  private URI address = URI.create("http://127.0.0.1/");

  private TensorBoardServer(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param logs folder with runs
   * @param output file for its output
   */
  static TensorBoardServer of(Path logs, Path output) throws Exception {
    String python = Pythons.with("tensorboard.main");
    Process process =
        new ProcessBuilder(
                python,
                "-m",
                "tensorboard.main",
                "--logdir=" + logs,
                "--host=127.0.0.1",
                "--port=0",
                "--reload_interval=1")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    TensorBoardServer server = new TensorBoardServer(process, output);
    try {
      server.awaitAddress();
      return server;
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
  }

  private void awaitAddress() throws Exception {
    Eventually.await(
        "TensorBoard's address",
        LIMIT,
        () -> {
          assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
          Matcher found = ADDRESS.matcher(Files.readString(output));
          if (found.find()) {
            address = URI.create(found.group());
          }
          return address.getPort() > 0;
        });
  }

  /** Waits until a GET answers with JSON that fulfills a condition. */
  JsonNode await(String path, Predicate<JsonNode> condition) throws Exception {
    JsonNode[] last = new JsonNode[1];
    Eventually.await(
        path,
        LIMIT,
        () -> {
          last[0] = json(path, null);
          return condition.test(last[0]);
        });
    return last[0];
  }

  /** The answer to a GET, or to a POST of a body. */
  JsonNode json(String path, @Nullable String body) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path));
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.waitFor();
  }
}
