package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peak memory of driver and executors in the result of a run. */
class PeakMemoryIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Lower bound for two GPT-2 blocks of width 64 with 64 positions: 100,000 parameters. */
  private static final long PARAMETER_BYTES = 4L * 100_000;

  @TempDir private Path folder;

  @Test
  void reportsPeakMemoryOfDriverAndExecutors() throws IOException {
    Path run = folder.resolve("run");
    StringWriter err = new StringWriter();
    JsonNode result =
        train(err, run, "compute.workers=spark", "spark.master=local[2]", "average.slices=5");
    for (String process : List.of("driver", "workers")) {
      JsonNode peak = result.path("peakMemory").path(process);
      assertThat(peak.path("heap").asLong())
          .isBetween(3 * PARAMETER_BYTES, Runtime.getRuntime().maxMemory());
      // At least parameters and gradient.
      assertThat(peak.path("native").asLong())
          .isBetween(2 * PARAMETER_BYTES, peak.path("resident").asLong());
      assertThat(peak.path("resident").asLong()).isGreaterThan(peak.path("heap").asLong());
    }
    assertThat(err.toString().lines())
        .filteredOn(line -> line.startsWith("peak memory: "))
        .singleElement()
        .asString()
        .matches(
            "peak memory: driver \\d+\\.\\d\\d GiB \\(heap \\d+\\.\\d\\d GiB, native"
                + " \\d+\\.\\d\\d GiB\\), largest executor \\d+\\.\\d\\d GiB \\(heap"
                + " \\d+\\.\\d\\d GiB, native \\d+\\.\\d\\d GiB\\)");
    assertThat(JSON.readTree(run.resolve("result.json").toFile()).path("peakMemory"))
        .isEqualTo(result.path("peakMemory"));

    JsonNode threads =
        train(new StringWriter(), folder.resolve("threads"), "compute.workers=local");
    assertThat(threads.path("parametersSha256")).isEqualTo(result.path("parametersSha256"));
  }

  private JsonNode train(StringWriter err, Path run, String... more) throws IOException {
    Path corpus = folder.resolve("corpus");
    if (Files.notExists(corpus)) {
      Path text =
          Files.writeString(
              folder.resolve("text.txt"), "the cat sees the dog run home\n".repeat(200));
      centroid(
          err,
          "prepare",
          text.toString(),
          "--out",
          corpus.toString(),
          "--tokenizer",
          "characters",
          "--set",
          "spark.master=local[1]");
    }
    List<String> arguments = new ArrayList<>(List.of("train", "--json", "--verbose"));
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.format=tokens",
                "data.path=" + corpus,
                "model.name=gpt2",
                "model.gpt2.layers=2",
                "model.gpt2.heads=2",
                "model.gpt2.width=64",
                "model.gpt2.positions=64",
                "train.workers=2",
                "train.local-steps=3",
                "train.steps=9",
                "train.batch-size=2",
                "train.inner-state=average",
                "optimizer.name=adamw",
                "optimizer.learning-rate=0.01",
                "run.dir=" + run));
    settings.addAll(List.of(more));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return JSON.readTree(centroid(err, arguments.toArray(String[]::new)));
  }

  private static String centroid(StringWriter err, String... arguments) {
    StringWriter out = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out), new PrintWriter(err), arguments);
    assertThat(exitCode).as(err.toString()).isZero();
    return out.toString();
  }
}
