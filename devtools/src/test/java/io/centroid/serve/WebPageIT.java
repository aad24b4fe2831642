package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Eventually;
import io.centroid.cli.Centroid;
import io.centroid.config.RunConfig;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.train.LocalShardedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web page in a real browser. */
class WebPageIT {
  private static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../shared"));
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final Duration LIMIT = Duration.ofSeconds(30);
  @TempDir Path folder;

  @Test
  void recognizesHandwrittenDigits() throws Exception {
    Path export = trainedOnMnist();
    try (ServerUnderTest server = ServerUnderTest.of(export);
        Chromium page = new Chromium(server.uri(), folder.resolve("profile"))) {
      await(page, "ready", () -> page.text("#state").equals("ready"));
      // Small and in a corner: the page scales and centers it like MNIST.
      page.draw("#pad", .22, .10, .21, .22, .20, .36);
      await(page, "a 1", () -> page.text("#best").equals("1"));
      page.click("#clear");
      assertThat(page.text("#best")).isEqualTo("\u00a0");
      page.draw(
          "#pad", .50, .15, .36, .22, .29, .40, .29, .60, .37, .78, .50, .85, .63, .78, .71, .60,
          .71, .40, .64, .22, .50, .15);
      await(page, "a 0", () -> page.text("#best").equals("0"));
      page.click("#clear");
      page.draw("#pad", .25, .2, .75, .2, .62, .5, .48, .85);
      // As in MNIST: 20 of 28 pixels high (the last may be too faint), with the center of mass in
      // the center. The page looks while the pen moves: a part of the 7 is a 7 too, but not as
      // high.
      String seen =
          "(() => { const d = document.querySelector('#seen').getContext('2d')"
              + ".getImageData(0, 0, 28, 28).data; let m = 0, x = 0, y = 0, t = 28, b = 0;"
              + "for (let i = 0; i < 784; i++) { const v = d[4 * i]; m += v;"
              + "x += v * (i % 28 + .5); y += v * (Math.floor(i / 28) + .5);"
              + "if (v) { t = Math.min(t, Math.floor(i / 28)); b = Math.floor(i / 28); } }"
              + "return [x / m, y / m, b - t + 1].join(' '); })()";
      await(page, "a picture of the whole 7", () -> page.evaluate(seen).matches(".* (19|20)"));
      await(page, "a 7", () -> page.text("#best").equals("7"));
      assertThat(page.evaluate("document.querySelectorAll('#bars li').length")).isEqualTo("10");
      assertThat(page.text("#bars .top .name")).isEqualTo("7");
      String[] place = page.evaluate(seen).split(" ");
      assertThat(Double.parseDouble(place[0])).isBetween(13.4, 14.6);
      assertThat(Double.parseDouble(place[1])).isBetween(13.4, 14.6);
      assertThat(page.consoleErrors()).isEmpty();
      keep(page, "digits");
    }
  }

  @Test
  void namesOfTheModelAreEscaped() throws Exception {
    try (ServerUnderTest server =
            ServerUnderTest.of(DigitExports.linear(folder.resolve("digits"), 9));
        Chromium page = new Chromium(server.uri(), folder.resolve("profile"))) {
      await(page, "ready", () -> page.text("#state").equals("ready"));
      page.draw("#pad", .4, .4, .6, .6);
      await(page, "an answer", () -> page.text("#bars").contains("<b>9</b>"));
      assertThat(page.evaluate("document.querySelectorAll('#bars b').length")).isEqualTo("0");
      assertThat(page.consoleErrors()).isEmpty();
    }
  }

  @Test
  void generatesTextFromAPrompt() throws Exception {
    Path model = SHARED.resolve("fixtures").resolve("gpt2-tiny");
    assumeTrue(Files.isDirectory(model), model + " is not there");
    Path export = folder.resolve("text");
    ModelExporter.export(
        ExportRequest.of(
                FILES,
                TrainedModel.load(FILES, model.toString(), false, Centroid.ENGINES),
                FILES.path(export.toUri().toString()),
                ExportFormat.ONNX)
            .withCache(true),
        ExportListener.NONE);
    try (ServerUnderTest server = ServerUnderTest.of(export);
        Chromium page = new Chromium(server.uri(), folder.resolve("profile"))) {
      await(page, "ready", () -> page.text("#state").equals("ready"));
      page.evaluate("document.querySelector('#prompt').value = 'The <b>king</b> said'");
      page.evaluate("document.querySelector('#tokens').value = '12'");
      page.click("#go");
      await(page, "a text", () -> page.text("#timing").contains("12 tokens"));
      assertThat(page.text("#text .given")).isEqualTo("The <b>king</b> said");
      assertThat(page.text("#text .generated")).isNotBlank();
      assertThat(page.evaluate("document.querySelectorAll('#text b').length")).isEqualTo("0");
      assertThat(page.consoleErrors()).isEmpty();
      keep(page, "text");
    }
  }

  /** Waits for a condition; a failure includes the text of the page. */
  private static void await(Chromium page, String what, Callable<Boolean> condition)
      throws Exception {
    try {
      Eventually.await(what, LIMIT, condition);
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage()
              + "; the page says "
              + page.text("body").replaceAll("\\s+", " ")
              + page.consoleErrors(),
          e);
    }
  }

  private Path trainedOnMnist() throws Exception {
    Path mnist = SHARED.resolve("data").resolve("mnist");
    assumeTrue(Files.isDirectory(mnist), mnist + " is not there");
    Path run = folder.resolve("run");
    RunConfig config =
        RunConfig.load(
            null,
            List.of(
                "data.format=idx",
                "data.path=" + mnist.toUri(),
                "run.dir=" + run.toUri(),
                "compute.workers=local",
                "train.workers=2",
                "train.local-steps=50",
                "train.epochs=2",
                "optimizer.learning-rate=0.1"));
    new TrainingRun(
            config,
            FILES,
            Centroid.ENGINES,
            shards -> new LocalShardedData(shards, 2, config.train().roundLimit()),
            RunObserver.NONE)
        .execute();
    Path export = folder.resolve("digits");
    ModelExporter.export(
        ExportRequest.of(
            FILES,
            TrainedModel.load(FILES, run.toUri().toString(), false, Centroid.ENGINES),
            FILES.path(export.toUri().toString()),
            ExportFormat.ONNX),
        ExportListener.NONE);
    return export;
  }

  /** Saves a screenshot in the folder CENTROID_SCREENSHOTS, if it is set. */
  private static void keep(Chromium page, String name) throws Exception {
    String place = System.getenv("CENTROID_SCREENSHOTS");
    if (place != null) {
      Files.write(Path.of(place, name + ".png"), page.screenshot());
    }
  }
}
