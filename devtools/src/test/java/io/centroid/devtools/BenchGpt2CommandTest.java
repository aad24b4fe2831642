package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.bench.PyTorch;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.nn.matrix.OneDnn;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two small cases: alone, against a shell script in place of Python, and against PyTorch. */
class BenchGpt2CommandTest {
  /** Low precision is measured where the processor has it. */
  private static final List<String> PARTS =
      Stream.of(
              "step",
              "step-bfloat16",
              "step-torch",
              "step-torch-bfloat16",
              "prefill",
              "token",
              "prompt-lookup",
              "token-bfloat16",
              "token-int8")
          .filter(
              part ->
                  part.startsWith("step-torch")
                      || !part.endsWith("bfloat16")
                      || has(WeightFormat.BFLOAT16))
          .filter(part -> !part.endsWith("int8") || has(WeightFormat.INT8))
          .toList();

  private static boolean has(WeightFormat format) {
    return OneDnn.obstacle(format).isEmpty();
  }

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          --threads 0             ~ --threads must be >= 1: 0
          --runs 0               ~ --runs must be >= 1: 0
          --warm-ups -1           ~ --warm-ups must be >= 0: -1
          --layers 0              ~ --layers must be >= 1: 0
          --heads 3 --width 32    ~ --width must be a multiple of --heads, 3: 32
          --positions 3           ~ --positions must be >= 4: 3
          --vocabulary 1          ~ --vocabulary must be >= 2: 1
          --batch 0               ~ --batch must be >= 1: 0
          --steps 0               ~ --steps must be >= 1: 0
          --runs x               ~ Invalid value for option '--runs': 'x' is not an int
          --against jax           ~ Invalid value for option '--against': expected one of [PYTORCH] (case-insensitive) but was 'jax'
          --against pytorch --python /no/python ~ --against pytorch needs a Python with torch; there is no /no/python (--python names another)
          """)
  void invalidOptionsAreReportedInOneLine(String options, String message) {
    assertThat(run(options.strip().split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aPythonWithoutTorchIsRejectedBeforeTheMeasurement() throws IOException {
    Path python = script("exit 1");
    assertThat(tiny("--against", "pytorch", "--python", python.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip())
        .isEqualTo(
            "centroid: --against pytorch needs a Python with torch; "
                + python
                + " cannot import torch (--python names another)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void measuresTimesWithoutRatiosWhenAlone() throws IOException {
    assertThat(tiny("--json", "--runs", "3", "--warm-ups", "1"))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("threads").asInt()).isEqualTo(1);
    assertThat(report.path("runs").asInt()).isEqualTo(3);
    assertThat(report.path("warmUps").asInt()).isEqualTo(1);
    assertThat(report.path("software").has("torch")).isFalse();
    assertThat(report.path("results").findValuesAsText("part")).isEqualTo(PARTS);
    assertThat(report.path("results").findValuesAsText("case"))
        .isEqualTo(
            PARTS.stream()
                .map(part -> part.startsWith("step") ? "step" : "decoding")
                .map(kind -> kind + ", 2x16 of 16, vocabulary 31")
                .toList());
    for (JsonNode row : report.path("results")) {
      requireSpread(row.path("centroidMillis"), 3);
      assertThat(row.has("pytorchMillis")).isFalse();
      assertThat(row.has("ratio")).isFalse();
    }
    assertThat(err.toString().lines()).hasSize(8).allMatch(line -> line.contains(": centroid, "));
  }

  @Test
  void computesRatiosToAnotherSystem() throws IOException {
    Path python =
        script(
            "[ \"$1\" = -c ] && echo 'torch 9.9.9' && exit\n"
                + "while read -r line; do case \"$line\" in\n"
                + "*STEP*) echo '{\"step\": 2.0}';;\n"
                + "*) echo '{\"prefill\": 4.0, \"token\": 0.5}';; esac; done");
    String[] options = {"--against", "pytorch", "--python", python.toString(), "--warm-ups", "0"};
    assertThat(tiny(options)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines())
        .hasSize(2 + PARTS.size())
        .anyMatch(line -> line.contains("PyTorch 9.9.9") && line.endsWith("ratio"))
        .anyMatch(line -> line.contains("prefill") && line.contains("4.00 [4.00 .. 4.00]"));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);

    JsonNode report = against(options);
    assertThat(report.path("software").path("torch").asText()).isEqualTo("9.9.9");
    assertThat(report.path("results").findValuesAsText("part")).isEqualTo(PARTS);
    for (int i = 0; i < PARTS.size(); i++) {
      double theirs =
          PARTS.get(i).startsWith("step") ? 2 : PARTS.get(i).equals("prefill") ? 4 : 0.5;
      JsonNode row = report.path("results").path(i);
      requireSpread(row.path("pytorchMillis"), 2);
      assertThat(row.path("pytorchMillis").path("median").asDouble()).isEqualTo(theirs);
      // If the other system's times are constant, the median of the ratios is the ratio of the
      // medians.
      assertThat(row.path("ratio").path("median").asDouble())
          .isCloseTo(row.path("centroidMillis").path("median").asDouble() / theirs, within(1e-9));
    }
    assertThat(err.toString().lines().filter(line -> line.contains(": other, "))).hasSize(4);
    assertThat(err.toString().lines().filter(line -> line.contains(": centroid, "))).hasSize(4);
  }

  @Test
  void pyTorchRunsTheSameCases() throws IOException {
    String python = System.getProperty("centroid.python", "python3");
    PyTorch found = find(python);
    JsonNode report =
        against("--against", "pytorch", "--python", python, "--warm-ups", "1", "--runs", "2");
    assertThat(report.path("software").path("torch").asText()).isEqualTo(found.version());
    assertThat(report.path("results").findValuesAsText("part")).isEqualTo(PARTS);
    for (JsonNode row : report.path("results")) {
      requireSpread(row.path("centroidMillis"), 2);
      requireSpread(row.path("pytorchMillis"), 2);
      double first = ratio(row, 0);
      double second = ratio(row, 1);
      assertThat(row.path("ratio").path("median").asDouble())
          .isCloseTo((first + second) / 2, within(1e-9));
    }
  }

  private static double ratio(JsonNode row, int run) {
    return row.path("centroidMillis").path("runs").path(run).asDouble()
        / row.path("pytorchMillis").path("runs").path(run).asDouble();
  }

  private static PyTorch find(String python) {
    try {
      return PyTorch.find(python);
    } catch (InputException e) {
      return abort(e.getMessage() + "; here -Dcentroid.python does");
    }
  }

  private static void requireSpread(JsonNode spread, int runs) {
    assertThat(spread.path("runs")).hasSize(runs);
    assertThat(spread.path("low").asDouble()).isPositive();
    assertThat(spread.path("median").asDouble())
        .isBetween(spread.path("low").asDouble(), spread.path("high").asDouble());
  }

  private Path script(String body) throws IOException {
    Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + body + "\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    return python;
  }

  private JsonNode against(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--json");
    assertThat(tiny(all.toArray(String[]::new))).as(err.toString()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(out.toString());
  }

  private int tiny(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("--layers", "2", "--heads", "2", "--width", "16", "--positions", "16"));
    all.addAll(List.of("--vocabulary", "31", "--batch", "2", "--steps", "3", "--threads", "1"));
    if (!List.of(options).contains("--runs")) {
      all.addAll(List.of("--runs", "2"));
    }
    all.addAll(List.of(options));
    return run(all.toArray(String[]::new));
  }

  private int run(String... options) {
    List<String> all = new ArrayList<>(List.of("bench", "gpt2"));
    all.addAll(List.of(options));
    return Developer.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }
}
