package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.image.Png;
import io.centroid.io.HadoopFiles;
import io.centroid.report.ExplanationsRecord.Example;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationsSectionTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  @TempDir Path folder;

  @Test
  void anExplainedTableHasItsContributionsInOrderAndItsPlots() throws IOException {
    byte[] svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".getBytes(StandardCharsets.UTF_8);
    explained(
        new ExplanationsRecord(
            "m",
            "shap",
            0,
            0,
            20,
            Kind.TABLE,
            List.of("no", "yes"),
            List.of("age", "fare"),
            List.of(),
            List.of(example(List.of(31.5, 7.0), List.of(), List.of(0.125, -0.5), null)),
            List.of("importance.svg")));
    Files.write(folder.resolve("run/explanations/importance.svg"), svg);
    String page = page();
    assertThat(page.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " "))
        .contains("test 3: yes, 0.75", "without the input 0.25; standard error 0.0015")
        .contains("true value no", "fare 7 -0.5 age 31.5 0.125");
    assertThat(page)
        .contains("data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg));
  }

  @Test
  void wordsAreColoredByTheirContributions() throws IOException {
    explained(
        record(
            Kind.TEXT,
            List.of(),
            example(List.of(), List.of("good ", "<b> "), List.of(0.5, -0.125), null)));
    assertThat(page())
        .contains("<span class=\"plus8\" title=\"0.5\">good </span>")
        .contains("<span class=\"minus2\" title=\"-0.125\">&lt;b&gt; </span>");
  }

  @Test
  void aPictureIsInThePageAndAMissingOneIsNamed() throws IOException {
    byte[] png = Png.encode(1, 1, 2, new byte[2]);
    explained(
        record(
            Kind.IMAGE,
            List.of(1, 1, 2),
            example(List.of(), List.of(), List.of(0.5, 0.25), "example-00000.png")));
    assertThat(page()).contains("Not shown, run/explanations/example-00000.png: is missing");
    Files.write(folder.resolve("run/explanations/example-00000.png"), png);
    assertThat(page())
        .contains("data:image/png;base64," + Base64.getEncoder().encodeToString(png))
        .doesNotContain("Not shown");
  }

  @Test
  void recordsNameOnlyFilesOfTheirFolder() {
    for (String name : List.of("../secret.png", "/etc/a.png", "a.js", "a/b.png", ".png")) {
      assertThatThrownBy(() -> example(List.of(), List.of(), List.of(0.5), name))
          .as(name)
          .hasMessageContaining("picture");
    }
  }

  @Test
  void aRecordIsReadAsItWasWrittenAndAChangeIsDetected() {
    ExplanationsRecord record =
        record(
            Kind.TEXT,
            List.of(),
            example(List.of(), List.of("good"), List.of(0.1 + 0.2), "example-00000.html"));
    byte[] written = record.toJson();
    assertThat(ExplanationsRecord.parse("f", written)).isEqualTo(record);
    byte[] changed =
        new String(written, StandardCharsets.UTF_8)
            .replace("\"predicted\" : \"yes\"", "\"predicted\" : \"no\"")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(changed).isNotEqualTo(written);
    assertThatThrownBy(() -> ExplanationsRecord.parse("f", changed))
        .isInstanceOf(InputException.class);
  }

  private static ExplanationsRecord record(Kind kind, List<Integer> shape, Example example) {
    return new ExplanationsRecord(
        "m",
        "lime",
        1,
        100,
        0,
        kind,
        List.of("no", "yes"),
        List.of(),
        shape,
        List.of(example),
        List.of());
  }

  private static Example example(
      List<Double> inputs,
      List<String> words,
      List<Double> contributions,
      @Nullable String picture) {
    return new Example(
        "test 3",
        "no",
        "yes",
        List.of(0.25, 0.75),
        inputs,
        words,
        List.of(new OutputAttribution(1, 0.25, 0.75, 0.0015, null, contributions)),
        picture);
  }

  private void explained(ExplanationsRecord record) throws IOException {
    SampleRun.write(folder.resolve("run"), "text");
    Path explanations = Files.createDirectories(folder.resolve("run/explanations"));
    Files.write(explanations.resolve(ExplanationsRecord.FILE), record.toJson());
  }

  private String page() throws IOException {
    Path page = folder.resolve("out.html");
    RunReport.write(
        FILES,
        List.of(new org.apache.hadoop.fs.Path(folder.resolve("run").toString())),
        new org.apache.hadoop.fs.Path(page.toString()));
    return Files.readString(page);
  }
}
