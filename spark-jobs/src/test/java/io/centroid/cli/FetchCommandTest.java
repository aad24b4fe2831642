package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCommandTest {
  private static final Path MNIST =
      Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private HttpServer server;

  @BeforeEach
  void startMirror() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stopMirror() {
    server.stop(0);
  }

  @Test
  void downloadsMnistOnce() throws IOException {
    assumeTrue(Files.isDirectory(MNIST), "there is no " + MNIST);
    server.createContext(
        "/mnist/",
        exchange ->
            answer(exchange, 200, Files.readAllBytes(MNIST.resolve(name(exchange).toString()))));
    Path target = folder.resolve("my data");

    assertThat(fetch(target)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(target.toFile().list())
        .containsExactlyInAnyOrder(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");
    assertThat(out.toString())
        .contains("4 files verified, 4 downloaded")
        .contains("centroid train conf/mnist.conf --set 'data.path=" + target + "'");
    assertThat(err.toString()).contains("train-images-idx3-ubyte.gz: ");

    err.getBuffer().setLength(0);
    assertThat(fetch(folder.resolve("quiet"), "--quiet")).isEqualTo(ExitCode.DONE);
    assertThat(fetch(folder.resolve("silent"), "--progress=none")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).isEmpty();

    out.getBuffer().setLength(0);
    server.stop(0);
    assertThat(fetch(target)).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("4 files verified, 0 downloaded");
  }

  @Test
  void rejectsAndDeletesFilesWithAWrongChecksum() {
    server.createContext("/mnist/", exchange -> answer(exchange, 200, bytes("a login page")));
    assertRejectedWith("train-images-idx3-ubyte.gz: no mirror has this file");
  }

  @Test
  void reportsAMissingFileByName() {
    server.createContext("/mnist/", exchange -> answer(exchange, 404, bytes("not here")));
    assertRejectedWith("train-images-idx3-ubyte.gz", "404");
  }

  @Test
  void rejectsAnEmptyListOfMirrors() {
    assertThat(run("fetch", "mnist", "--out", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "centroid: fetch.mnist.mirrors must name at least one mirror: []");
  }

  @Test
  void rejectsMirrorsThatAreNotHttpUrls() {
    int exitCode =
        run("fetch", "mnist", "--out", folder.toString(), "--set", "fetch.mnist.mirrors=[\"a b\"]");
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("must be http or https URLs: a b");
  }

  private void assertRejectedWith(String... parts) {
    assertThat(fetch(folder)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement()
        .asString()
        .contains(parts);
    assertThat(out.toString()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  private int fetch(Path target, String... optionsBefore) {
    String mirror = "http://127.0.0.1:" + server.getAddress().getPort() + "/mnist/";
    List<String> line = new ArrayList<>(List.of(optionsBefore));
    line.addAll(List.of("fetch", "mnist", "--out", target.toString()));
    line.addAll(List.of("--set", "fetch.mnist.mirrors=[\"" + mirror + "\"]"));
    return run(line.toArray(String[]::new));
  }

  private int run(String... arguments) {
    return Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static Path name(HttpExchange exchange) {
    return Path.of(exchange.getRequestURI().getPath()).getFileName();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
