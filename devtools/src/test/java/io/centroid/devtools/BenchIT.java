package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.SyntheticDigitFiles;
import io.centroid.data.Split;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .extracting(file -> file.toString().replaceAll(".*[.]", ""))
          .containsExactlyInAnyOrder("json", "md", "png");
    }
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

  @Test
  void trainsThroughTheLauncherAndAlternatesWithAScript() throws Exception {
    Path data = folder.resolve("data");
    SyntheticDigitFiles.of(Split.TRAIN, 600).writeIdx(data, "train");
    SyntheticDigitFiles.of(Split.TEST, 100).writeIdx(data, "t10k");
    Path python = folder.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        if [ "$1" = -c ]; then echo 'torch 9.9.9'; else ls "$2"/train*images* && echo 'test accuracy 0.5'; fi
        """);
    assertThat(python.toFile().setExecutable(true)).isTrue();
    JsonNode report =
        bench(
            "train",
            Path.of(System.getProperty("centroid.home", ".."))
                .resolve("conf/mnist.conf")
                .toString(),
            "--set",
            "data.path=" + data,
            "--set",
            "train.workers=2",
            "--set",
            "train.local-steps=10",
            "--set",
            "train.epochs=2",
            "--against",
            "pytorch",
            "--python",
            python.toString(),
            "--runs",
            "1",
            "--json");
    assertThat(report.get("software").get("torch").asText()).isEqualTo("9.9.9");
    assertThat(report.get("software").get("kernels").asText()).contains("openblas");
    JsonNode ours = report.get("results").get(0);
    assertThat(ours.get("system").asText()).isEqualTo("centroid");
    // Each epoch is fewer than ten steps, and so one round.
    assertThat(median(ours, "rounds")).isEqualTo(2);
    assertThat(median(ours, "testAccuracy")).isBetween(0.0, 1.0);
    assertThat(median(ours, "synchronizationShare")).isBetween(0.0, 1.0);
    assertThat(median(ours, "firstRoundSeconds")).isPositive().isLessThan(median(ours, "seconds"));
    assertThat(median(ours, "peakBytes")).isGreaterThan(1e8);
    JsonNode theirs = report.get("results").get(1);
    assertThat(median(theirs, "testAccuracy")).isEqualTo(0.5);
    assertThat(report.get("ratio").get("median").asDouble())
        .isEqualTo(median(ours, "seconds") / median(theirs, "seconds"));
  }

  private static double median(JsonNode system, String figure) {
    return system.get(figure).get("median").asDouble();
  }

  private static JsonNode averaging(String... more) throws Exception {
    return run("averaging", "2", more);
  }

  private static JsonNode run(String command, String workers, String... more) throws Exception {
    String[] fixed = {
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
    return bench(arguments);
  }

  private static JsonNode bench(String... words) throws Exception {
    String[] arguments = Stream.concat(Stream.of("bench"), Stream.of(words)).toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(Developer.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(out.toString());
  }
}
