package io.centroid.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkReportTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final Machine MACHINE =
      new Machine("AMD EPYC 9B45 96-Core Processor", 2, 24L << 30, "Linux 6.1 amd64");
  private static final String NAME = "2026-11-29-train-amd-epyc-9b45-2-cores";

  @TempDir private Path folder;

  @Test
  void namesTheFilesByDateBenchmarkAndMachine() throws IOException {
    Path into = folder.resolve("docs").resolve("benchmarks");
    assertThat(report(1).publish(FILES, into.toString(), Map.of(".png", new byte[] {7})))
        .isEqualTo(NAME);
    assertThat(names(into)).containsExactly(NAME + ".json", NAME + ".md", NAME + ".png");
    assertThat(into.resolve(NAME + ".png")).hasBinaryContent(new byte[] {7});
    JsonNode json = new ObjectMapper().readTree(into.resolve(NAME + ".json").toFile());
    assertThat(json).isEqualTo(report(1).toJson());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("benchmark", "time", "command", "machine", "software", "seconds");
    assertThat(json.get("time").asText()).isEqualTo("2026-11-29T23:59:59Z");
    assertThat(json.get("machine").get("memoryBytes").asLong()).isEqualTo(24L << 30);
    assertThat(into.resolve(NAME + ".md"))
        .hasContent(
            """
            # bench train, 2026-11-29

                ./centroid bench train

            - AMD EPYC 9B45 96-Core Processor, 2 cores, 24.0 GiB, Linux 6.1 amd64
            - centroid: 0.2.0
            - kernels: openblas 0.3.31

            ```
            seconds 1
            ```
            """);
  }

  @Test
  void neverOverwritesAFile() throws IOException {
    String into = folder.toString();
    assertThat(report(1).publish(FILES, into, Map.of())).isEqualTo(NAME);
    assertThat(report(2).publish(FILES, into, Map.of())).isEqualTo(NAME + "-2");
    Files.writeString(folder.resolve(NAME + "-3.md"), "notes");
    assertThat(report(3).publish(FILES, into, Map.of())).isEqualTo(NAME + "-4");
    assertThat(names(folder))
        .containsExactlyInAnyOrder(
            NAME + ".json",
            NAME + ".md",
            NAME + "-2.json",
            NAME + "-2.md",
            NAME + "-3.md",
            NAME + "-4.json",
            NAME + "-4.md");
    assertThat(folder.resolve(NAME + "-3.md")).hasContent("notes");
    for (String name : List.of(NAME + ":1", NAME + "-2:2", NAME + "-4:3")) {
      String[] parts = name.split(":");
      assertThat(
              new ObjectMapper()
                  .readTree(folder.resolve(parts[0] + ".json").toFile())
                  .get("seconds")
                  .asText())
          .isEqualTo(parts[1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AMD EPYC 9B45 96-Core Processor, 2, amd-epyc-9b45-2-cores",
    "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, 16, intel-xeon-platinum-8481c-16-cores",
    "Intel(R) Xeon(R) Processor, 1, intel-xeon-1-core",
    "aarch64, 64, aarch64-64-cores",
  })
  void describesTheMachineInAFewWords(String processor, int cores, String slug) {
    assertThat(new Machine(processor, cores, 1, "").slug()).isEqualTo(slug);
  }

  private static BenchmarkReport report(int seconds) {
    ObjectNode measured = JsonNodeFactory.instance.objectNode();
    measured.put("seconds", seconds);
    Map<String, String> software = new LinkedHashMap<>();
    software.put("centroid", "0.2.0");
    software.put("kernels", "openblas 0.3.31");
    return new BenchmarkReport(
        "train",
        Instant.parse("2026-11-29T23:59:59Z"),
        "./centroid bench train",
        MACHINE,
        software,
        measured,
        "seconds " + seconds + "\n");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
