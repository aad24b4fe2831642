package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.cli.Centroid;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunRecord.AreasRecord;
import io.centroid.run.metrics.RunRecord.EvaluationRecord;
import io.centroid.run.metrics.RunRecord.MistakeRecord;
import io.centroid.run.metrics.RunRecord.TextRecord;
import io.centroid.serve.Chromium;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser. */
class ReportPageIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ATTACK = "</script><img src=x onerror='window.attacked=1'>";
  @TempDir Path folder;

  @Test
  void aRunsReportFitsEveryScreenAndLoadsNothing() throws Exception {
    Path run = trained("run", 0.1);
    Files.write(run.resolve(RunRecord.FILE), record().toJson());
    run("report", run.toString());
    look(run.resolve(RunReport.FILE), "run");
  }

  @Test
  void aComparisonFitsEveryScreenAndLoadsNothing() throws Exception {
    Path out = folder.resolve("comparison.html");
    run(
        "report",
        trained("first", 0.1).toString(),
        trained("second-with-a-long-name-that-does-not-break", 0.01).toString(),
        trained("third", 0.3).toString(),
        "--out",
        out.toString());
    look(out, "comparison");
  }

  private void look(Path file, String name) throws Exception {
    try (Chromium page = new Chromium(file.toUri(), folder.resolve("profile-" + name))) {
      Eventually.await(
          "the charts",
          LIMIT,
          () ->
              page.evaluate(
                      "document.readyState === 'complete' && document.querySelectorAll('.chart').length"
                          + " === document.querySelectorAll('.uplot canvas').length")
                  .equals("true"));
      assertThat(Integer.parseInt(page.evaluate("document.querySelectorAll('canvas').length")))
          .isGreaterThanOrEqualTo(4);
      for (int width : new int[] {1280, 360}) {
        for (boolean dark : new boolean[] {false, true}) {
          page.view(width, 4000, dark);
          fits(page, width, dark);
          keep(page, name + "-" + width + (dark ? "-dark" : ""));
        }
      }
      page.click("[data-axis=seconds]");
      assertThat(page.evaluate("document.querySelector('[aria-pressed=true]').textContent"))
          .isEqualTo("by training time");
      String pdf = new String(page.pdf(), StandardCharsets.ISO_8859_1);
      assertThat(pdf).startsWith("%PDF-").contains("/MediaBox [0 0 59");
      keep(pdf, name);
      assertThat(page.evaluate("String(window.attacked)")).isEqualTo("undefined");
      assertThat(page.evaluate("document.querySelectorAll('img[src=x]').length")).isEqualTo("0");
      assertThat(page.consoleErrors()).isEmpty();
      assertThat(page.requests())
          .filteredOn(address -> !address.startsWith("data:image/png;base64,"))
          .containsExactly(file.toUri().toString());
    }
  }

  /** No sideways scrolling, charts as wide as their boxes, and drawn in the theme's colors. */
  private static void fits(Chromium page, int width, boolean dark) throws Exception {
    Eventually.await(
        "charts of the width of their boxes",
        LIMIT,
        () ->
            page.evaluate(
                    "[...document.querySelectorAll('.chart')].every(box => Math.abs("
                        + "box.querySelector('canvas').getBoundingClientRect().width"
                        + " - box.clientWidth) <= 1)")
                .equals("true"));
    assertThat(page.evaluate("innerWidth")).isEqualTo(String.valueOf(width));
    assertThat(page.evaluate("document.documentElement.scrollWidth"))
        .as("width of the content at " + width)
        .isEqualTo(page.evaluate("document.documentElement.clientWidth"));
    assertThat(
            page.evaluate(
                "[...document.querySelectorAll('.box')].filter(box => innerWidth > 360"
                    + " || box.scrollWidth > box.clientWidth).some(box =>"
                    + " getComputedStyle(box).backgroundAttachment.startsWith('local, local,"
                    + " scroll'))"))
        .as("a shadow where a table scrolls at " + width)
        .isEqualTo("true");
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo(dark ? "rgb(18, 22, 28)" : "rgb(246, 247, 249)");
    String line = dark ? "108,178,255" : "11,107,203";
    Eventually.await(
        "a curve in the color " + line,
        LIMIT,
        () ->
            page.evaluate(
                    "(() => { const c = document.querySelector('canvas'); const d ="
                        + " c.getContext('2d').getImageData(0, 0, c.width, c.height).data; for (let"
                        + " i = 0; i < d.length; i += 4) if ([d[i], d[i + 1], d[i + 2]].join() === '"
                        + line
                        + "' && d[i + 3] === 255) return true; return false; })()")
                .equals("true"));
  }

  private Path trained(String name, double learningRate) {
    Path run = folder.resolve(name);
    run(
        "train",
        "--set",
        "compute.workers=local",
        "--set",
        "data.digits.train=2000",
        "--set",
        "data.digits.test=500",
        "--set",
        "train.local-steps=5",
        "--set",
        "train.epochs=3",
        "--set",
        "optimizer.learning-rate=" + learningRate,
        "--set",
        "run.dir=" + run);
    return run;
  }

  private static void run(String... command) {
    StringWriter err = new StringWriter();
    int code = Centroid.run(new PrintWriter(new StringWriter()), new PrintWriter(err), command);
    assertThat(code).as(err.toString()).isZero();
  }

  /** A record with names, texts and an environment that attack the page. */
  private static RunRecord record() {
    byte[] pixels = new byte[28 * 28];
    IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (byte) (i / 3));
    String image = Base64.getEncoder().encodeToString(pixels);
    return new RunRecord(
        Instant.EPOCH,
        Map.of("processor", ATTACK),
        IntStream.range(0, 12).mapToObj(label -> label + " " + ATTACK).toList(),
        Map.of(
            "test",
            new EvaluationRecord(
                12_000,
                Map.of("accuracy", 0.1),
                Collections.nCopies(12, Collections.nCopies(12, 12_345L)),
                Collections.nCopies(12, new AreasRecord(0.5, 0.5)),
                List.of(1, 28, 28),
                Collections.nCopies(25, new MistakeRecord(3, 5, 0.9, image)))),
        List.of(new TextRecord(ATTACK, ATTACK.repeat(9))));
  }

  /** Saves a screenshot in the folder CENTROID_SCREENSHOTS, if it is set. */
  private static void keep(Chromium page, String name) throws Exception {
    String place = System.getenv("CENTROID_SCREENSHOTS");
    if (place != null) {
      Files.write(Path.of(place, "report-" + name + ".png"), page.screenshot());
    }
  }

  private static void keep(String pdf, String name) throws Exception {
    String place = System.getenv("CENTROID_SCREENSHOTS");
    if (place != null) {
      Files.writeString(
          Path.of(place, "report-" + name + ".pdf"), pdf, StandardCharsets.ISO_8859_1);
    }
  }
}
