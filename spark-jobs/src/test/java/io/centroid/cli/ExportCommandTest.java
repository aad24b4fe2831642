package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} of a model of synthetic digits, in this JVM. */
class ExportCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private Path run;

  @BeforeEach
  void train() {
    run = folder.resolve("run");
    assertThat(
            centroid(
                "train",
                "--set",
                "data.digits.train=400",
                "--set",
                "data.digits.test=100",
                "--set",
                "train.epochs=2",
                "--set",
                "compute.workers=local",
                "--set",
                "run.dir=" + run))
        .as(err.toString())
        .isZero();
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
  }

  @Test
  void comparesOnTheTestExamplesOfTheRunAndReportsTheResult() throws IOException {
    Path target = folder.resolve("served");
    assertThat(centroid("export", run, "--to", "onnx", "--out", target, "--json"))
        .as(err.toString())
        .isZero();
    JsonNode exported = new ObjectMapper().readTree(out.toString());
    assertThat(exported.path("format").asText()).isEqualTo("onnx");
    assertThat(exported.path("out").asText()).endsWith("/served");
    assertThat(exported.path("checkpoint").asText()).contains("/run/checkpoints/step-");
    JsonNode found = exported.path("verification");
    assertThat(found.path("examples").asLong()).isEqualTo(100);
    assertThat(found.path("real").asBoolean()).isTrue();
    assertThat(found.path("maxDifference").asDouble()).isLessThan(1e-5);
    assertThat(found.path("after").path("accuracy").asDouble())
        .isEqualTo(found.path("before").path("accuracy").asDouble());
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("model.onnx", "export.json", "README.md");
    }
    try (OnnxModel model = OnnxModel.open(target.resolve("model.onnx"), 1)) {
      float[] probabilities = model.run(new float[784], 1, "probabilities");
      assertThat(probabilities).hasSize(10);
      double sum = 0;
      for (float probability : probabilities) {
        sum += probability;
      }
      assertThat(sum).isBetween(0.9999, 1.0001);
    }
  }

  @Test
  void printsATextSummary() {
    assertThat(
            centroid(
                "export", run, "--to", "onnx", "--weights", "int8", "--out", folder.resolve("a")))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("written to")
        .doesNotContain("model.onnx, ")
        .contains("Compared on 100 examples of the test part")
        .contains("same prediction")
        .containsPattern("accuracy 0\\.\\d{4} -> 0\\.\\d{4}");
    assertThat(err.toString()).contains("writing onnx to").contains("comparing on");
    assertThat(centroid("export", run, "--to", "onnx", "--out", folder.resolve("b"), "--verbose"))
        .isZero();
    assertThat(out.toString()).contains("model.onnx, ");
  }

  @Test
  void listsATablesColumnsInTheOrderOfTheInputs() throws IOException {
    Path table = folder.resolve("table.csv");
    Files.writeString(table, "c,label,a\n" + "0.5,0,-1\n-0.5,1,1\n".repeat(30));
    Path trained = folder.resolve("table");
    assertThat(
            centroid(
                "train",
                Path.of(System.getProperty(Centroid.HOME, ".."), "conf", "table.conf"),
                "--set",
                "data.path=" + table,
                "--set",
                "train.epochs=1",
                "--set",
                "compute.workers=local",
                "--set",
                "run.dir=" + trained))
        .as(err.toString())
        .isZero();
    assertThat(centroid("export", trained, "--to", "onnx", "--out", folder.resolve("t")))
        .as(err.toString())
        .isZero();
    assertThat(out.toString().lines())
        .contains("Columns in the order of the inputs: 'c', 'a'", "Target: 'label'");
  }

  @Test
  void writesTheOtherFormats() {
    for (String form : List.of("dl4j", "torch-safetensors")) {
      assertThat(centroid("export", run, "--to", form, "--out", folder.resolve(form)))
          .as(err.toString())
          .isZero();
    }
    assertThat(folder.resolve("dl4j").resolve("model.zip")).exists();
    assertThat(folder.resolve("torch-safetensors").resolve("model.safetensors")).exists();
  }

  @Test
  void reportsBadUsageInOneLineAndLeavesNoFiles() {
    assertThat(centroid("export", run, "--to", "onnx", "--out", folder.resolve("x"), "--cache"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines().filter(line -> line.startsWith("centroid:")))
        .singleElement()
        .asString()
        .contains("is not a language model; --cache applies to");
    assertThat(centroid("export", run, "--to", "pmml", "--out", folder.resolve("x")))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("expected onnx, huggingface, dl4j or torch-safetensors");
    assertThat(folder.toFile().list()).containsExactly("run");
  }

  private int centroid(Object... words) {
    List<String> line = new ArrayList<>();
    for (Object word : words) {
      line.add(word.toString());
    }
    return Centroid.run(
        new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
  }
}
