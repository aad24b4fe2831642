package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.error.ExitCode;
import io.centroid.image.Png;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Example;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
  @TempDir private Path folder;
  private ExplainedRuns runs;

  @BeforeEach
  void start() {
    runs = new ExplainedRuns(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shap", "gradients"})
  void digitsAreExplainedInPicturesTheReportAndTensorBoard(String method) throws IOException {
    Path run = runs.digits();
    Path explanations = run.resolve("explanations");
    String printed =
        runs.run("explain", run.toString(), "--input", "3,8", "--input", "7-8", "--method", method);
    assertThat(printed.lines())
        .hasSize(4)
        .first()
        .asString()
        .matches("test 3: \\d 0\\.\\d{4}, base .*, standard error .*, R2 .*");
    ExplanationsRecord record = ExplainedRuns.record(explanations);
    assertThat(record.examples())
        .extracting(Example::input)
        .containsExactly("test 3", "test 7", "test 8");
    for (Example example : record.examples()) {
      assertThat(example.attributions()).hasSize(3);
      assertThat(record.outputs().get(example.attributions().get(0).output()))
          .isEqualTo(example.predicted());
      assertThat(explanations.resolve(String.valueOf(example.picture()))).isRegularFile();
      for (OutputAttribution attribution : example.attributions()) {
        assertThat(attribution.contributions()).hasSize(784);
        assertThat(sum(attribution))
            .isCloseTo(
                attribution.value() - attribution.base(),
                within(method.equals("shap") ? 1e-6 : 0.05));
      }
    }
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("<h2>Explanations</h2>", "contributions to test 3: ")
        .doesNotContain("Not shown");
    assertThat(run.resolve("tensorboard").toFile().list()).hasSize(2);
    byte[] first = Files.readAllBytes(explanations.resolve(ExplanationsRecord.FILE));
    runs.run("explain", run.toString(), "--input", "3", "--input", "7-8", "--method", method);
    assertThat(explanations.resolve(ExplanationsRecord.FILE)).hasBinaryContent(first);
  }

  @Test
  void anImageFileIsExplained() throws IOException {
    Path run = runs.digits();
    runs.run("explain", run.toString(), "--input", "3", "--out", folder.resolve("a").toString());
    Example example = ExplainedRuns.record(folder.resolve("a")).examples().get(0);
    byte[] black = new byte[784];
    Path image = folder.resolve("black.png");
    Files.write(image, Png.encode(1, 28, 28, black));
    runs.run(
        "explain",
        run.toString(),
        "--input",
        image.toString(),
        "--method",
        "lime",
        "--out",
        folder.resolve("b").toString());
    Example ofFile = ExplainedRuns.record(folder.resolve("b")).examples().get(0);
    assertThat(ofFile.input()).isEqualTo("black.png");
    assertThat(ofFile.target()).isNull();
    assertThat(ofFile.values()).hasSize(10).isNotEqualTo(example.values());
    assertThat(run.resolve("explanations")).doesNotExist();
  }

  @Test
  void theColumnThatDecidesContributesMost() throws IOException {
    Path run = runs.table();
    for (String method : List.of("shap", "exact", "gradients", "lime")) {
      JsonNode printed =
          runs.json(
              "explain",
              run.toString(),
              "--recorded-data",
              "--count",
              "30",
              "--method",
              method,
              "--class",
              "1",
              "--json",
              "--out",
              folder.resolve(method).toString());
      assertThat(printed.path("examples").asInt()).isEqualTo(30);
      ExplanationsRecord record = ExplainedRuns.record(folder.resolve(method));
      assertThat(record.features()).containsExactly("loud", "quiet");
      for (Example example : record.examples()) {
        List<Double> contributions = example.attributions().get(0).contributions();
        if (Math.abs(example.inputs().get(0)) > 0.3) {
          assertThat(contributions.get(0) > 0)
              .as("%s: %s", method, example)
              .isEqualTo(example.inputs().get(0) > 0);
          assertThat(Math.abs(contributions.get(0)))
              .as("%s: %s", method, example)
              .isGreaterThan(2 * Math.abs(contributions.get(1)));
        }
      }
      assertThat(folder.resolve(method + "/beeswarm.svg")).content().contains("loud", "<circle");
    }
    List<Example> exact = ExplainedRuns.record(folder.resolve("exact")).examples();
    List<Example> shap = ExplainedRuns.record(folder.resolve("shap")).examples();
    for (int i = 0; i < exact.size(); i++) {
      for (int column = 0; column < 2; column++) {
        assertThat(shap.get(i).attributions().get(0).contributions().get(column))
            .isCloseTo(
                exact.get(i).attributions().get(0).contributions().get(column), within(1e-6));
      }
    }
  }

  @Test
  void theClassOfABinaryClassifierIsTheSecond() throws IOException {
    String run = runs.table("model.loss=binary-cross-entropy").toString();
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "loud,quiet\n0.9,0.1\n");
    runs.run("explain", run, "--input", rows.toString(), "--class", "1");
    ExplanationsRecord record = ExplainedRuns.record(Path.of(run, "explanations"));
    assertThat(record.outputs()).containsExactly("1");
    assertThat(record.examples().get(0).predicted()).isEqualTo("1");
    OutputAttribution attribution = record.examples().get(0).attributions().get(0);
    assertThat(attribution.value()).isGreaterThan(0.8);
    assertThat(attribution.contributions().get(0)).isGreaterThan(0.25);
    // Not the contributions to class 1 under the name of class 0.
    for (String wrong : List.of("0", "2")) {
      assertThat(runs.exitCode("explain", run, "--input", rows.toString(), "--class", wrong))
          .isEqualTo(ExitCode.BAD_INPUT);
      assertThat(runs.err().toString())
          .isEqualToIgnoringNewLines("centroid: --class: expected one of 1: " + wrong);
    }
  }

  @Test
  void rowsOfAnotherTableAreExplained() throws IOException {
    Path run = runs.table();
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "loud,quiet\n0.9,0.1\n-0.9,0.1\n");
    String printed =
        runs.run("explain", run.toString(), "--recorded-data", "--input", rows.toString());
    assertThat(printed.lines().toList().get(0)).startsWith("row 1: 1 1.0");
    assertThat(printed.lines().toList().get(1)).startsWith("row 2: predicted 0; 1 0.0");
    assertThat(runs.err().toString()).contains("explaining: 160 of 160 evaluations of the model");
    List<Example> examples = ExplainedRuns.record(run.resolve("explanations")).examples();
    assertThat(examples).extracting(Example::input).containsExactly("row 1", "row 2");
    assertThat(examples).extracting(Example::predicted).containsExactly("1", "0");
    assertThat(Files.readString(run.resolve("report.html"))).containsOnlyOnce("; predicted 0");
    assertThat(examples.get(0).inputs().get(0)).isCloseTo(0.9, within(1e-6));
  }

  @Test
  void theContentOfATableIsNeverPrinted() throws IOException {
    String run = runs.table().toString();
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "loud,quiet\n0.9,0.1\n0.9,anna@example.org\n");
    assertThat(runs.exitCode("explain", run, "--input", rows.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString())
        .startsWith(
            "centroid: "
                + rows
                + ": line 3, column 2: expected a finite number, found text in column 'quiet'")
        .hasLineCount(1)
        .doesNotContain("anna");
    // What is not explained is not read.
    runs.run("explain", run, "--input", rows.toString(), "--count", "1");
    Files.writeString(rows, "anna@example.org,0.1\n0.9,0.1\n");
    assertThat(runs.exitCode("explain", run, "--input", rows.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString())
        .contains("line 1: no column 'loud'")
        .hasLineCount(1)
        .doesNotContain("anna");
  }

  @Test
  void plotsWithoutAFontForTheirNamesAreSvgOnly() throws IOException {
    String unassigned = new String(Character.toChars(0xE1234));
    String run = runs.tableWith(unassigned).toString();
    runs.run("explain", run, "--recorded-data", "--out", folder.resolve("out").toString());
    assertThat(folder.resolve("out").toFile().list())
        .containsExactlyInAnyOrder("explanations.json", "importance.svg", "beeswarm.svg");
    assertThat(runs.err().toString())
        .contains("no font for the text of importance.png and 1 more: not written");
  }

  @Test
  void aRowIsExplainedWithoutDataAgainstTheMeansInTraining() throws IOException {
    Path run = runs.table();
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "loud,quiet\n0.9,0.1\n");
    runs.run("explain", run.toString(), "--input", rows.toString(), "--class", "1");
    Example example = ExplainedRuns.record(run.resolve("explanations")).examples().get(0);
    OutputAttribution attribution = example.attributions().get(0);
    // The means are about 0, where both classes are about equally probable.
    assertThat(attribution.base()).isBetween(0.3, 0.7);
    assertThat(sum(attribution)).isCloseTo(attribution.value() - attribution.base(), within(1e-6));
    assertThat(attribution.contributions().get(0)).isGreaterThan(0.25);
  }

  @Test
  void theWordThatDecidesContributesMost() throws IOException {
    Path run = runs.texts();
    Path file = folder.resolve("review.txt");
    Files.writeString(file, "the bad song");
    String printed =
        runs.run("explain", run.toString(), "--input", "a good film", "--input", file.toString());
    assertThat(printed.lines()).hasSize(3).element(0).asString().contains("; good +");
    Path explanations = run.resolve("explanations");
    ExplanationsRecord record = ExplainedRuns.record(explanations);
    assertThat(record.outputs()).containsExactlyInAnyOrder("negative", "positive");
    assertThat(record.examples())
        .extracting(Example::input)
        .containsExactly("text 0", "review.txt");
    assertThat(record.examples())
        .extracting(Example::predicted)
        .containsExactly("positive", "negative");
    for (Example example : record.examples()) {
      assertThat(example.attributions()).hasSize(2);
      for (OutputAttribution attribution : example.attributions()) {
        assertThat(sum(attribution))
            .isCloseTo(attribution.value() - attribution.base(), within(1e-6));
        List<Double> contributions = attribution.contributions();
        assertThat(Math.abs(contributions.get(1)))
            .isGreaterThan(Math.abs(contributions.get(0)) + Math.abs(contributions.get(2)));
      }
      assertThat(explanations.resolve(String.valueOf(example.picture()))).isNotEmptyFile();
    }
    assertThat(explanations.resolve("example-00001.html")).content().contains(">bad </span>");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("class=\"plus8\"", ">good </span>")
        .doesNotContain("Not shown");
    assertThat(run.resolve("tensorboard").toFile().list()).hasSize(2);

    assertThat(runs.exitCode("explain", run.toString(), "--input", "digit.png"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString()).contains("--input", "a text or a .txt file", "digit.png");
    String many = String.join(" ", Collections.nCopies(17, "a"));
    assertThat(runs.exitCode("explain", run.toString(), "--input", many, "--method", "exact"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString()).contains("at most 16 features", "found 17");
    assertThat(ExplainedRuns.record(explanations)).isEqualTo(record);
  }

  @Test
  void theWorkingFolderIsNotReplaced() throws IOException {
    assertThat(runs.exitCode("explain", runs.table().toString(), "--out", "."))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString())
        .contains(Path.of("").toAbsolutePath() + ": is the working folder or above it");
  }

  @Test
  void wrongInputIsReportedInOneLine() throws IOException {
    String run = runs.digits().toString();
    for (List<String> wrong :
        List.of(
            List.of("--input", "nonsense"),
            List.of("--input", "5-3"),
            List.of("--input", "100"),
            List.of("--class", "10"),
            List.of("--method", "exact"),
            List.of("--count", "0"),
            List.of("--count", "1001"),
            List.of("--input", "missing.png"),
            List.of("--input", run),
            List.of("--samples", "-1"),
            List.of("--samples", "100001"),
            List.of("--background", "10001"),
            List.of("--background", "0"),
            List.of("--input", "0,7-"),
            List.of("--input", "0-500,500-1000"),
            List.of("--out", "."),
            List.of("--out", run),
            List.of("--spark", "--input", "1"))) {
      List<String> command = new ArrayList<>(List.of("explain", run));
      command.addAll(wrong);
      assertThat(runs.exitCode(command.toArray(String[]::new)))
          .as("%s: %s", wrong, runs.err())
          .isEqualTo(ExitCode.BAD_INPUT);
      assertThat(runs.err().toString()).startsWith("centroid: ").hasLineCount(1);
    }
    assertThat(Path.of(run, "explanations")).doesNotExist();
  }

  private static double sum(OutputAttribution attribution) {
    return attribution.contributions().stream().mapToDouble(Double::doubleValue).sum();
  }
}
