package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @BeforeEach
  void registerTwoVersions() throws IOException {
    StringBuilder rows = new StringBuilder("label,x\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 2).append(',').append(i % 2 == 0 ? -i : i).append('\n');
    }
    Files.writeString(folder.resolve("table.csv"), rows);
    Path export = Files.createDirectories(folder.resolve("export"));
    Files.writeString(export.resolve("model.onnx"), "a model");
    for (String seed : List.of("1", "2")) {
      String run = folder.resolve("run-" + seed).toString();
      assertThat(
              run(
                  "train",
                  "--set",
                  "compute.workers=local",
                  "--set",
                  "data.format=csv",
                  "--set",
                  "data.path=" + folder.resolve("table.csv"),
                  "--set",
                  "data.csv.features=numbers",
                  "--set",
                  "data.normalization=none",
                  "--set",
                  "model.hidden=[2]",
                  "--set",
                  "train.steps=4",
                  "--set",
                  "train.seed=" + seed,
                  "--set",
                  "run.dir=" + run))
          .as(err.toString())
          .isZero();
      JsonNode registered =
          json("register", run, "--export", "onnx=" + export, "--alias", "champion");
      assertThat(registered.path("version").asInt()).isEqualTo(Integer.parseInt(seed));
    }
  }

  @Test
  void versionsAreListedShownPromotedAndRolledBack() throws IOException {
    JsonNode list = json("list");
    assertThat(list.path("aliases").path("champion").asInt()).isEqualTo(2);
    assertThat(list.path("versions")).hasSize(2);
    JsonNode shown = json("show", "champion");
    assertThat(shown.path("version").asInt()).isEqualTo(2);
    assertThat(shown.path("run").asText()).endsWith("run-2");
    assertThat(shown.path("exports").get(0).asText()).isEqualTo("onnx");
    assertThat(shown.path("parametersSha256").asText()).matches("[0-9a-f]{64}");
    assertThat(shown.path("files").path("exports/onnx/model.onnx").path("bytes").asLong())
        .isEqualTo(7);
    assertThat(shown.path("columns")).extracting(JsonNode::asText).containsExactly("x");
    assertThat(shown.path("target").asText()).isEqualTo("label");
    String registry = folder.resolve("registry").toString();
    assertThat(run("registry", "show", "2", "--registry", registry, "--model", "digits")).isZero();
    assertThat(out.toString().lines())
        .contains("columns     'x' (in the order of the inputs)", "target      'label'");

    assertThat(json("rollback", "--reason", "slow").path("version").asInt()).isEqualTo(1);
    assertThat(json("promote", "2", "--expect", "1").path("version").asInt()).isEqualTo(2);
    assertThat(registry("promote", "1", "--expect", "1")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("centroid: champion points to version 2, expected version 1");
    assertThat(json("history", "--alias", "champion").path("records"))
        .extracting(record -> record.path("kind").asText() + record.path("versions"))
        .containsExactly("move[1]", "move[2]", "rollback[1]", "move[2]");
    assertThat(registry("promote", "9")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("digits has no version 9: ");
  }

  @Test
  void referencesStandForModels() throws IOException {
    String reference = "registry:" + folder.resolve("registry") + "/digits@";
    for (String version : List.of("champion", "2")) {
      assertThat(
              run(
                  "evaluate",
                  reference + version,
                  "--recorded-data",
                  "--part",
                  "train",
                  "--json",
                  "--set",
                  "compute.workers=local"))
          .as(err.toString())
          .isZero();
      assertThat(new ObjectMapper().readTree(out.toString()).path("checkpoint").asText())
          .endsWith("registry/digits/versions/000002/checkpoint");
      assertThat(err.toString()).contains(reference + version + " is version 2 of digits");
    }
    assertThat(run("evaluate", reference + "9")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("evaluate", reference + "best")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("centroid: digits has no alias best");
    assertThat(json("register", reference + "1").path("version").asInt()).isEqualTo(3);
  }

  @Test
  void trainingStartsFromAReference() throws IOException {
    String reference = "registry:" + folder.resolve("registry") + "/digits@champion";
    Path next = folder.resolve("next");
    assertThat(
            run(
                "train",
                "--set",
                "compute.workers=local",
                "--set",
                "data.format=csv",
                "--set",
                "data.path=" + folder.resolve("table.csv"),
                "--set",
                "data.csv.features=numbers",
                "--set",
                "data.normalization=none",
                "--set",
                "model.hidden=[2]",
                "--set",
                "train.steps=4",
                "--set",
                "model.init-from=" + reference,
                "--set",
                "run.dir=" + next))
        .as(err.toString())
        .isZero();
    assertThat(err.toString())
        .contains(reference + " is version 2 of digits")
        .contains("starting from the parameters of ");
    assertThat(Files.readString(next.resolve("effective.conf")))
        .contains("digits/versions/000002/checkpoint")
        .doesNotContain("registry:");
  }

  @Test
  void everyHashIsVerified() throws IOException {
    assertThat(json("verify").path("intact").asBoolean()).isTrue();
    Path file = folder.resolve("registry/digits/versions/000001/exports/onnx/model.onnx");
    Files.writeString(file, "a mudel");
    assertThat(registry("verify")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(new ObjectMapper().readTree(out.toString()).path("intact").asBoolean()).isFalse();
    assertThat(err.toString()).contains("model.onnx: SHA-256: expected ");
    assertThat(json("verify", "2").path("intact").asBoolean()).isTrue();
  }

  @Test
  void listsModelsWithoutAModelName() throws IOException {
    assertThat(
            run("registry", "list", "--json", "--registry", folder.resolve("registry").toString()))
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("models").get(0).asText())
        .isEqualTo("digits");
    assertThat(run("registry", "show", "1")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("registry needs --model NAME");
  }

  private JsonNode json(String... words) throws IOException {
    assertThat(registry(words)).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private int registry(String... words) {
    List<String> line = new ArrayList<>(List.of("registry"));
    line.addAll(List.of(words));
    line.addAll(List.of("--registry", folder.resolve("registry").toString()));
    line.addAll(List.of("--model", "digits", "--json"));
    return run(line.toArray(String[]::new));
  }

  private int run(String... line) {
    out.getBuffer().setLength(0);
    return Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), line);
  }
}
