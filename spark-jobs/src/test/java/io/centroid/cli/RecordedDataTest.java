package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.centroid.checkpoint.Manifest;
import io.centroid.error.ExitCode;
import io.centroid.io.ChecksummedJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The data that a stored model records is opened only if the user names it. */
class RecordedDataTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger requests = new AtomicInteger();

  @TempDir private Path folder;
  private Path run;
  private Path table;
  private HttpServer server;

  @BeforeEach
  void train() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    run = folder.resolve("run");
    table = folder.resolve("table.csv");
    StringBuilder rows = new StringBuilder("label,x\n");
    for (int i = 0; i < 40; i++) {
      rows.append(i % 2).append(',').append(i % 2 + i / 1000.0).append('\n');
    }
    Files.writeString(table, rows);
    assertThat(
            local(
                "train",
                "--set=data.format=csv",
                "--set=data.path=" + table,
                "--set=data.csv.features=numbers",
                "--set=data.validation-split=0",
                "--set=model.hidden=[4]",
                "--set=train.epochs=1",
                "--set=run.dir=" + run))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("evaluate " + run + " --recorded-data --part train");
    forget();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void dataIsNamedByItsPathOrByAccepting() throws IOException {
    String refusal =
        ": the data that it was trained on is opened only if you name it: --recorded-data for file:"
            + table
            + ", or --data PATH";
    assertThat(local("evaluate", run, "--part", "train")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains(refusal);
    forget();
    assertThat(local("predict", run, "--out", folder.resolve("a"))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains(refusal);
    assertThat(folder.resolve("a")).doesNotExist();
    forget();
    assertThat(local("evaluate", run, "--part", "train", "--recorded-data", "--json"))
        .as(err.toString())
        .isZero();
    String recorded = out.toString();
    assertThat(json().path("examples").asInt()).isEqualTo(40);
    forget();
    assertThat(local("evaluate", run, "--part", "train", "--data", table, "--json"))
        .as(err.toString())
        .isZero();
    assertThat(out).hasToString(recorded);
    forget();
    assertThat(local("predict", run, "--recorded-data", "--out", folder.resolve("a")))
        .as(err.toString())
        .isZero();
    assertThat(folder.resolve("a")).isNotEmptyFile();
    assertThat(local("evaluate", run, "--recorded-data", "--data", table))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("expected --data or --recorded-data, found both");
  }

  @Test
  void anExportIsComparedOnRandomInputsUnlessDataIsNamed() throws IOException {
    assertThat(export("a")).as(err.toString()).isZero();
    assertThat(json().path("verification").path("real").asBoolean()).isFalse();
    assertThat(err.toString())
        .contains("comparing on random inputs: the data that it was trained")
        .doesNotContain("comparing on 64");
    forget();
    assertThat(export("b", "--recorded-data")).as(err.toString()).isZero();
    assertThat(json().path("verification").path("real").asBoolean()).isTrue();
    assertThat(json().path("verification").path("examples").asInt()).isEqualTo(40);
  }

  @Test
  void aForeignModelOpensNothingByItself() throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    record("data.path", url + "x.csv");
    assertThat(local("evaluate", run)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(local("predict", run)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(export("a")).as(err.toString()).isZero();
    record("data.parts", "[\"" + url + "part\"]");
    for (String part : List.of("train", "train-labels", "test", "test-labels")) {
      record("data." + part + "-file", url + part);
    }
    for (String named : List.of("--data=" + table, "--set=data.path=" + table)) {
      forget();
      assertThat(local("evaluate", run, named, "--part", "train", "--json"))
          .as(err.toString())
          .isZero();
      assertThat(json().path("examples").asInt()).isEqualTo(40);
    }
    assertThat(requests).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "data.parts,           [${HOME}],                  data.parts",
    "data.parts,           '[]\ninclude url(\"URL\")', data.parts",
    "'include url(\"URL\")\ndata.parts', [],           data.configuration",
    "'data.parts = []\ninclude url(\"URL\")', x,     data.configuration",
    "model.file,           /etc/hostname,              data.configuration",
    "run.dir,              elsewhere,                  data.configuration",
    "data.csv.target,      ${HOME},                    'no column ''${HOME}'', which'",
    "data.csv.x,           1,                          unknown key data.csv.x"
  })
  void whatAManifestRecordsIsDataAndNeverConfiguration(String key, String value, String message)
      throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    record(key.replace("URL", url), value.replace("URL", url));
    assertThat(local("evaluate", run, "--part=train", "--data=" + table))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).contains(message).hasLineCount(1);
    assertThat(err.toString()).doesNotContain(System.getenv("HOME") + "/");
    assertThat(requests).hasValue(0);
  }

  /** Changes a data key in the manifest, as the author of a model can. */
  private void record(String key, String value) throws IOException {
    try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
      for (Path checkpoint :
          checkpoints.filter(name -> name.toString().contains("step-")).toList()) {
        Path file = checkpoint.resolve(Manifest.FILE);
        ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        manifest.remove(ChecksummedJson.KEY);
        ((ObjectNode) manifest.path("data").path("configuration")).put(key, value);
        Files.writeString(file, manifest.toPrettyString());
      }
    }
  }

  private int export(String target, String... more) {
    List<Object> line =
        new ArrayList<>(List.of("export", run, "--to", "torch-safetensors", "--json", "--out"));
    line.add(folder.resolve(target));
    line.addAll(List.of(more));
    return centroid(line);
  }

  private int local(Object... words) {
    List<Object> line = new ArrayList<>(List.of(words));
    line.add("--set=compute.workers=local");
    return centroid(line);
  }

  private int centroid(List<Object> line) {
    return Centroid.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        line.stream().map(Object::toString).toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private void forget() {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
  }
}
