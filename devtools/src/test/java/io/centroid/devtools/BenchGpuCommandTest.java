package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.bench.PyTorch;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.io.IOException;
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

/** Rehearsals on the CPU: alone, against a shell script in place of Python, and against PyTorch. */
class BenchGpuCommandTest {
  private static final String GPT2 = "GPT-2, 2x16 of 8, vocabulary 31";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          --address -1            ~ --address must be >= 0: -1
          --peak-tflops 0         ~ --peak-tflops must be > 0: 0.0
          --peak-tflops NaN       ~ --peak-tflops must be > 0: NaN
          --batch -1              ~ --batch must be >= 0: -1
          --steps 0               ~ --steps must be >= 1: 0
          --mnist-batches 64,0    ~ --mnist-batches must be >= 1: 0
          --runs 0                ~ --runs must be >= 1: 0
          --warm-ups -1           ~ --warm-ups must be >= 0: -1
          --local-steps 0         ~ --local-steps must be >= 1: 0
          --rounds 0              ~ --rounds must be >= 1: 0
          --layers 0              ~ --layers must be >= 1: 0
          --heads 3 --width 32    ~ --width must be a multiple of --heads, 3: 32
          --positions 3           ~ --positions must be >= 4: 3
          --vocabulary 1          ~ --vocabulary must be >= 2: 1
          --device tpu            ~ Invalid value for option '--device': expected one of [CPU, CUDA] (case-insensitive) but was 'tpu'
          --against pytorch --python /no/python ~ --against pytorch needs a Python with torch; there is no /no/python (--python names another)
          """)
  void invalidOptionsAreReportedInOneLine(String options, String message) {
    assertThat(run(options.strip().split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"--check", "--batch=1", "--batch=0"})
  void aGpuThatIsNotThereIsReportedInOneLine(String option) {
    assertThat(run("--address", "99", option)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip())
        .isEqualTo(
            "centroid: --device cuda needs LibTorch's GPU build on the class path, found the one for"
                + " CPUs: mvn -Pcuda package makes it (docs/gpu.md)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void checksTheDevice() throws IOException {
    assertThat(run("--device", "cpu", "--check", "--json")).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("device").asText()).isEqualTo("cpu");
    assertThat(report.path("checks")).hasSize(5);
    assertThat(report.path("checks").findValues("passed")).allMatch(JsonNode::asBoolean);
  }

  @Test
  void rehearsesOnTheCpu() throws IOException {
    assertThat(tiny("--json", "--peak-tflops", "0.5")).as(err.toString()).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("rehearsal").asBoolean()).isTrue();
    assertThat(report.has("card")).isFalse();
    assertThat(report.path("software").has("libtorch")).isTrue();
    assertThat(report.path("software").has("torch")).isFalse();
    JsonNode results = report.path("results");
    assertThat(results.findValuesAsText("case"))
        .containsExactly(
            GPT2 + ", bfloat16",
            GPT2 + ", float32",
            "MNIST 784-128-10, float32",
            "MNIST CNN, float32",
            "MNIST 784-128-10, float32",
            "MNIST CNN, float32");
    assertThat(results.findValuesAsText("batch")).containsExactly("1", "1", "4", "4", "8", "8");
    assertThat(results.findValuesAsText("system")).containsOnly("centroid");
    results.forEach(row -> requireRate(row, 2));
    JsonNode bfloat16 = results.path(0);
    assertThat(bfloat16.path("shareOfPeak").asDouble())
        .isCloseTo(
            bfloat16.path("rate").path("median").asDouble()
                * bfloat16.path("flopPerToken").asDouble()
                / 5e11,
            within(1e-12));
    assertThat(results.path(1).has("shareOfPeak")).isFalse();
    requireRounds(report.path("rounds"));
    assertThat(report.path("notes").toString())
        .contains("network: not part", "batch 1, the largest is not searched");
  }

  private static void requireRounds(JsonNode rounds) {
    assertThat(rounds.findValuesAsText("batch")).containsExactly("1", "4", "4", "8", "8");
    for (JsonNode round : rounds) {
      assertThat(round.path("computeMillis").asDouble()).isPositive();
      assertThat(round.path("parametersDownMillis").asDouble()).isPositive();
      assertThat(round.path("copyShareWithState").asDouble())
          .isBetween(round.path("copyShareWithoutState").asDouble(), 1.0);
    }
  }

  @Test
  void aSystemWithoutFiguresIsNamedWithItsReason() throws IOException {
    Path python =
        Files.writeString(
            folder.resolve("python"),
            "#!/bin/sh\n"
                + "[ \"$1\" = -c ] && echo 'torch 9.9.9' && exit\n"
                + "while read -r line; do case \"$line\" in\n"
                + "*'\"compile\":true'*) echo '{\"missing\": \"no compiler\"}';;\n"
                + "*) echo '{\"step\": 2.0}';; esac; done\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    String[] options = {"--against", "pytorch", "--python", python.toString(), "--batch", "2"};
    assertThat(tiny(options)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .startsWith("cpu: a rehearsal without a GPU")
        .contains("  pytorch           8,000 [8,000 .. 8,000], ratio ")
        .contains("  pytorch-compiled  not measured: no compiler")
        .contains("Round of 3 local steps");
  }

  @Test
  void pyTorchTakesTheSameSteps() throws IOException {
    String python = System.getProperty("centroid.python", "python3");
    PyTorch found = find(python);
    assertThat(
            tiny("--json", "--against", "pytorch", "--python", python, "--precision", "bfloat16"))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("software").path("torch").asText()).isEqualTo(found.version());
    for (JsonNode row : report.path("results")) {
      if (row.path("system").asText().equals("pytorch")) {
        requireRate(row, 2);
        assertThat(row.path("ratio").path("median").asDouble()).isPositive();
      }
    }
    assertThat(report.path("results").findValuesAsText("system"))
        .hasSize(15)
        .startsWith("centroid", "pytorch", "pytorch-compiled");
  }

  private static PyTorch find(String python) {
    try {
      return PyTorch.find(python);
    } catch (InputException e) {
      return abort(e.getMessage() + "; here -Dcentroid.python does");
    }
  }

  private static void requireRate(JsonNode row, int runs) {
    JsonNode rate = row.path("rate");
    assertThat(rate.path("runs")).hasSize(runs);
    assertThat(rate.path("low").asDouble()).isPositive();
    assertThat(rate.path("median").asDouble())
        .isBetween(rate.path("low").asDouble(), rate.path("high").asDouble());
  }

  private int tiny(String... options) {
    List<String> all = new ArrayList<>(List.of("--device", "cpu", "--layers", "2"));
    all.addAll(List.of("--heads", "2", "--width", "16", "--positions", "8", "--vocabulary", "31"));
    all.addAll(List.of("--steps", "1", "--mnist-batches", "4,8", "--runs", "2"));
    all.addAll(List.of("--local-steps", "3", "--rounds", "2"));
    all.addAll(List.of(options));
    return run(all.toArray(String[]::new));
  }

  private int run(String... options) {
    List<String> all = new ArrayList<>(List.of("bench", "gpu"));
    all.addAll(List.of(options));
    return Developer.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }
}
