package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @Test
  void aFinishedRunHasItsReport() throws IOException {
    Path run = trained("run");
    String page = Files.readString(run.resolve("report.html"));
    assertThat(page)
        .contains("<h1>run</h1>", ">finished</span>", "test accuracy", "101,770")
        .contains("data: digits", "train.<wbr>local-<wbr>steps", "SHA-256 of the parameters")
        .doesNotContain("Not shown");
    Files.delete(run.resolve("report.html"));
    assertThat(run("report", run.toString())).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).isEqualToIgnoringNewLines(run.resolve("report.html").toString());
    assertThat(run.resolve("report.html")).hasContent(page);
    assertThat(err.toString()).doesNotContain("report.html");
  }

  @Test
  void aReportThatIsTurnedOffIsNotWritten() {
    assertThat(trained("run", "report.html=false").resolve("report.html")).doesNotExist();
  }

  @Test
  void severalRunsAreCompared() throws IOException {
    Path page = folder.resolve("both.html");
    String first = trained("first").toString();
    String second = trained("second", "optimizer.learning-rate=0.02").toString();
    assertThat(run("report", first, "file://" + second, "--out", page.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(page))
        .contains("Comparison of 2 runs", "optimizer.learning-rate", "<td>0.02</td>");
  }

  @Test
  void whatIsNoRunIsReportedInOneLine() throws IOException {
    Path page = folder.resolve("page.html");
    Files.createDirectory(folder.resolve("empty"));
    assertThat(run("report", folder.resolve("empty").toString(), "--out", page.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .startsWith("centroid: " + folder.resolve("empty") + ": run: expected the folder of a run")
        .hasLineCount(1);
    assertThat(page).doesNotExist();
  }

  @Test
  void damagedPartsAreNamedInOneLineEach() throws IOException {
    Path run = trained("run");
    Files.writeString(run.resolve("result.json"), "{");
    err.getBuffer().setLength(0);
    assertThat(run("report", run.toString())).isEqualTo(ExitCode.DONE);
    assertThat(err.toString())
        .startsWith("not shown: " + run.resolve("result.json") + ": ")
        .hasLineCount(1);
  }

  @Test
  void aReportThatCannotBeWrittenStopsTheCommandButNotTheTraining() throws IOException {
    Path page = trained("run", "report.html=false").resolve("report.html");
    Files.createDirectory(page);
    Path run = trained("run", "train.epochs=2");
    assertThat(run.resolve("result.json")).content().contains("\"epochs\" : 2");
    assertThat(err.toString())
        .containsOnlyOnce(
            "report.html: the report file:"
                + page
                + "/ is a folder, expected a file; the run continues without it");
    for (Path target : List.of(page, run.resolve("result.json/page.html"))) {
      err.getBuffer().setLength(0);
      assertThat(run("report", run.toString(), "--out", target.toString()))
          .isEqualTo(ExitCode.BAD_INPUT);
      assertThat(err.toString())
          .startsWith("centroid: ")
          .contains(target.toString())
          .hasLineCount(1);
    }
    assertThat(out.toString()).isEmpty();
    assertThat(page).isEmptyDirectory();
  }

  @Test
  void aRunWithoutRoundsIsReportedWithANote() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.createFile(run.resolve("metrics.jsonl"));
    assertThat(run("report", run.toString())).isEqualTo(ExitCode.DONE);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "not shown: " + run.resolve("metrics.jsonl") + ": no rounds yet");
  }

  private Path trained(String name, String... settings) {
    Path run = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("train"));
    List<String> all =
        new ArrayList<>(
            List.of(
                "compute.workers=local",
                "data.digits.train=600",
                "data.digits.test=100",
                "train.local-steps=2",
                "train.epochs=1",
                "run.dir=" + run));
    all.addAll(List.of(settings));
    all.forEach(setting -> command.addAll(List.of("--set", setting)));
    assertThat(run(command.toArray(String[]::new))).as(err.toString()).isEqualTo(ExitCode.DONE);
    out.getBuffer().setLength(0);
    return run;
  }

  private int run(String... command) {
    return Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), command);
  }
}
