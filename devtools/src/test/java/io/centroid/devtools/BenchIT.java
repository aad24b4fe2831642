package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks on embedded Spark and DL4J's own training master with a few examples. */
class BenchIT {
  @TempDir private Path folder;

  @Test
  void measuresSparkAndThreads() throws Exception {
    JsonNode report = averaging("--compute", "spark,local", "--out", folder.toString());
    assertThat(report.get("results").findValuesAsText("system"))
        .containsExactly("centroid-spark", "centroid-threads");
    assertThat(folder.resolve("averaging.json")).isNotEmptyFile();
    assertThat(folder.resolve("averaging.png")).isNotEmptyFile();
  }

  @Test
  void alternatesWithDl4jsTrainingMasterInASeparateJvm() throws Exception {
    JsonNode report = averaging("--against", "dl4j", "--dl4j-mode", "export,direct");
    assertThat(report.get("results").findValuesAsText("system"))
        .containsExactly("centroid-spark", "dl4j-export", "dl4j-direct");
    // The same network and the same number of examples per run.
    assertThat(report.get("results").findValuesAsText("parameters"))
        .containsExactly("6370", "6370", "6370");
    assertThat(report.get("results").findValuesAsText("stepsPerRound"))
        .containsExactly("2", "2", "2");
    assertThat(report.get("ratios").findValuesAsText("against"))
        .containsExactly("dl4j-export", "dl4j-direct");
    for (JsonNode ratio : report.get("ratios")) {
      assertThat(ratio.get("ratio").get("median").asDouble()).isPositive();
    }
  }

  @Test
  void scalingFitsRoundsOnSparkAndPredictsClusters() throws Exception {
    JsonNode report = run("scaling", "1,2,3", "--parameters", "3190,20000", "--share", "0.2");
    assertThat(report.get("measured")).hasSize(9);
    for (JsonNode point : report.get("measured")) {
      assertThat(point.get("overheadMillis").asDouble()).isPositive();
    }
    assertThat(report.get("forecasts")).hasSize(60);
  }

  private static JsonNode averaging(String... more) throws Exception {
    return run("averaging", "2", more);
  }

  private static JsonNode run(String command, String workers, String... more) throws Exception {
    String[] fixed = {
      "bench",
      command,
      "--workers",
      workers,
      "--local-steps",
      "2",
      "--hidden",
      "8",
      "--examples",
      "256",
      "--batch-size",
      "16",
      "--rounds",
      "2",
      "--runs",
      "1",
      "--warm-ups",
      "2",
      "--json"
    };
    String[] arguments = new String[fixed.length + more.length];
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(more, 0, arguments, fixed.length, more.length);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(Developer.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(out.toString());
  }
}
