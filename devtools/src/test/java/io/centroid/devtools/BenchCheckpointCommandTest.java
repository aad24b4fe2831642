package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.bench.checkpoint.EncryptionCost;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCheckpointCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          --rounds 1        ~ --rounds must be at least 2: 1
          --runs 0         ~ --runs must be at least 1: 0
          --examples 9      ~ --examples must be at least 32: 9
          --round-seconds 0 ~ --round-seconds must be > 0: 0.0
          --hidden-adamw 0  ~ --hidden-adamw must be at least 1: 0
          """)
  void invalidOptionsAreReportedInOneLine(String options, String message) {
    assertThat(run(options.strip().split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: " + message);
  }

  @Test
  void comparesEncryptedSavesAndRemovesItsFiles() throws Exception {
    List<String> progress = new ArrayList<>();
    EncryptionCost cost = EncryptionCost.measure(folder.toString(), 1000, 3, progress::add);
    assertThat(progress).hasSize(3).allMatch(line -> line.contains(" ms encrypted"));
    assertThat(cost.bytes()).isEqualTo(4000);
    assertThat(cost.ratio().median()).isPositive();
    assertThat(cost.toJson().path("overhead").asDouble()).isEqualTo(cost.ratio().median() - 1);
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void measuresBothNetworksAndRemovesItsFiles() throws Exception {
    assertThat(run(small("--json"))).as(err.toString()).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    JsonNode networks = report.path("networks");
    assertThat(networks).hasSize(2);
    long parameters = 16 * (784 + 1 + 10) + 10;
    assertThat(networks.get(0).path("parameters").asLong()).isEqualTo(parameters);
    assertThat(networks.get(0).path("checkpointBytes").asLong())
        .isBetween(parameters * 4, parameters * 4 + 4_000);
    assertThat(networks.get(1).path("checkpointBytes").asLong())
        .isBetween(parameters * 12, parameters * 12 + 4_000);
    for (JsonNode network : networks) {
      double ratio = network.path("ratio").path("median").asDouble();
      assertThat(ratio).isPositive();
      assertThat(network.path("overhead").asDouble()).isEqualTo(ratio - 1);
      double save = network.path("saveMillis").path("median").asDouble();
      assertThat(network.path("saveCpuMillis").path("median").asDouble()).isBetween(0.1, save);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theTableHasOneLinePerNetwork() {
    assertThat(run(small())).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines()).hasSize(3);
    assertThat(out.toString()).contains("overhead (quartiles)", "adamw", "sgd");
    assertThat(err.toString()).contains("warm-up: 12,730 parameters, sgd", "run 1 of 1");
  }

  private String[] small(String... more) {
    List<String> options = new ArrayList<>(List.of("--run-dir", folder.toString()));
    options.addAll(List.of("--hidden", "16", "--hidden-adamw", "16", "--examples", "600"));
    options.addAll(List.of("--round-seconds", "0.02", "--rounds", "3", "--runs", "1"));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private int run(String... options) {
    List<String> line = new ArrayList<>(List.of("bench", "checkpoint"));
    line.addAll(List.of(options));
    return Developer.run(
        new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
  }
}
