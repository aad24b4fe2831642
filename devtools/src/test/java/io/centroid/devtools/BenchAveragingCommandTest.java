package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import io.centroid.nn.kernels.OpenBlas;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchAveragingCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          bench                              ~ bench needs one of train, averaging, scaling, checkpoint, gpt2, gpu, soak, serve, redact
          bench averagin                     ~ unknown command averagin; the nearest known one is averaging
          bench averaging --workers 0        ~ --workers must be > 0: 0
          bench averaging --workers x        ~ Invalid value for option '--workers' (W): 'x' is not an int
          bench averaging --local-steps -1   ~ --local-steps must be > 0: -1
          bench averaging --hidden 1,0       ~ --hidden must be > 0: 0
          bench averaging --parameters 5     ~ --parameters must be at least 805: 5
          bench averaging --seconds 0        ~ --seconds must be > 0: 0.0
          bench averaging --rounds -1        ~ --rounds must be >= 0: -1
          bench averaging --runs 0          ~ --runs must be > 0: 0
          bench averaging --warm-ups 1       ~ --warm-ups must be >= 2: 1
          bench averaging --examples 9       ~ --examples must be at least a batch for each worker, 256: 9
          bench scaling --workers 2,2        ~ --workers must name two or more, for a curve to be fitted
          bench scaling --hidden 8           ~ --hidden or --parameters must name two or more, for a curve to be fitted
          bench scaling --share 1            ~ --share must be between 0 and 1: 1.0
          bench scaling --gflops-per-worker 0 ~ --gflops-per-worker must be > 0: 0.0
          bench averaging --compute local --data nowhere ~ nowhere: no such file or directory
          bench averaging --against pytorch --python /no/python ~ --against pytorch needs a Python with torch; there is no /no/python (--python names another)
          """)
  void invalidOptionsAreReportedInOneLine(String line, String message) {
    assertThat(run(line.strip().split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void measuresThreadsInEveryCell() throws Exception {
    assertThat(
            run(
                "bench",
                "averaging",
                "--compute",
                "local",
                "--workers",
                "1,2",
                "--local-steps",
                "2",
                "--hidden",
                "8",
                "--parameters",
                "3190",
                "--examples",
                "256",
                "--batch-size",
                "16",
                "--rounds",
                "2",
                "--runs",
                "2",
                "--warm-ups",
                "2",
                "--json",
                "--conf",
                "spark.ssl.keyPassword=env:UNSET",
                "--out",
                folder.toString()))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    requireFilesOf(report);
    JsonNode results = report.get("results");
    assertThat(results).hasSize(4);
    assertThat(results.findValuesAsText("parameters"))
        .containsExactly("6370", "6370", "3190", "3190");
    for (JsonNode result : results) {
      assertThat(result.get("examplesPerSecond").get("median").asDouble()).isPositive();
      assertThat(result.get("peakMemory").get("heap").asLong()).isPositive();
      assertThat(result.get("peakMemory").get("resident").asLong()).isPositive();
      assertThat(result.get("bytesUp").asLong())
          .isEqualTo(4 * result.get("workers").asLong() * result.get("parameters").asLong());
      double parts =
          result.get("partMillis").get("compute").asDouble()
              + result.get("partMillis").get("task").asDouble()
              + result.get("partMillis").get("schedule").asDouble()
              + result.get("partMillis").get("fold").asDouble();
      assertThat(parts).isPositive();
    }
    assertThat(err.toString().lines()).hasSize(17);
  }

  private void requireFilesOf(JsonNode report) throws IOException {
    assertThat(report.get("benchmark").asText()).isEqualTo("averaging");
    assertThat(report.get("command").asText())
        .contains(" bench averaging ", " --workers 1,2 ", "keyPassword=(redacted)")
        .doesNotContain("UNSET");
    assertThat(report.get("machine").get("processor").asText()).isNotBlank();
    assertThat(report.get("software").get("kernels").asText())
        .isEqualTo(OpenBlas.versions().get("blas"));
    List<Path> written;
    try (Stream<Path> files = Files.list(folder)) {
      written = files.sorted().toList();
    }
    assertThat(written)
        .extracting(file -> file.getFileName().toString().replaceAll(".*-averaging-.*[.]", ""))
        .containsExactly("json", "md", "png");
    assertThat(new ObjectMapper().readTree(written.get(0).toFile())).isEqualTo(report);
    assertThat(written.get(1)).content().contains("system", "centroid-threads");
    assertThat(err.toString()).endsWith(".* to " + folder + "\n");
  }

  private int run(String... arguments) {
    return Developer.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
