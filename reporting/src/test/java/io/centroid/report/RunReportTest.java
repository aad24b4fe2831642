package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final String ATTACK =
      "</script></title><img src=x onerror=alert(1)>'\"&${HOME}<!--<script>";
  private static final String BYTES = " \"{}[],:0-9e\u00ff\n";
  @TempDir Path folder;

  @Test
  void thePageShowsEveryPartOfARun() throws IOException {
    SampleRun.write(folder.resolve("cats"), "dog");
    String page = report("cats");
    assertThat(page).containsSubsequence("<b>To be, </b>dog</p>", "<b>A horse, </b>a horse</p>");
    assertThat(text(page))
        .contains("cats finished dense network 1×2×3–5–2 · data: idx, dog · 2 workers")
        .contains("test accuracy 90.00 %", "training time 10.0 s", "parameters 35")
        .contains("training 1 → 0.25; validation 0.5 → 0.5")
        .contains("class examples precision recall F1 average precision ROC AUC")
        .contains("cat 10 72.73 % 80.00 % 76.19 % 81.25 % 96.88 %")
        .contains("dog 30 93.10 % 90.00 % 91.53 % 93.75 % –")
        .contains("dog → cat 87.50 %")
        .contains("compute 6.00 s 60.00 % 1.50 s 1.50 s")
        .contains("encoded deltas and averaged optimizer states from all workers 8.00 KiB 2.00 KiB")
        .contains("driver 3.00 MiB 1.00 MiB – –")
        .contains("0 300 1 1.00 s 25.00 %", "1 100 3 1.50 s 75.00 %")
        .contains("1 40 dog", "2 retried tasks, 0 lost executors.", "3 30 2 0")
        .contains("optimizer.learning-rate 0.3")
        .contains("SHA-256 of the parameters " + "ab".repeat(32), "data.sha256 " + "cd".repeat(32))
        .contains("version of centroid dog", "processor dog", "Copyright (c) 2022 Leon Sorokin");
  }

  @Test
  void theScriptsAndStylesAreThoseThatThePolicyAllows() throws Exception {
    SampleRun.write(folder.resolve("run"), "text");
    String page = report("run");
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(page);
    assertThat(policy.find()).isTrue();
    assertThat(policy.group(1)).startsWith("default-src &#39;none&#39;; base-uri");
    List<String> inline =
        Pattern.compile("<(?:script|style)>(.*?)</(?:script|style)>", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(inline).hasSize(3);
    for (String content : inline) {
      byte[] hash = Sha256.digest().digest(content.getBytes(StandardCharsets.UTF_8));
      assertThat(policy.group(1)).contains("sha256-" + Base64.getEncoder().encodeToString(hash));
    }
    assertThat(page)
        .doesNotContain(" style=\"", " onclick")
        .doesNotContainPattern("(src|href)=\"(?!data:)");
  }

  /** The attack is a class name, a path, a reason, a prompt's text, a version and a folder. */
  @Test
  void textOfARunIsNeverMarkup() throws IOException {
    SampleRun.write(folder.resolve("a<b onclick=x>"), ATTACK);
    SampleRun.write(folder.resolve("plain"), "text");
    for (String page : List.of(report("a<b onclick=x>"), report("a<b onclick=x>", "plain"))) {
      assertThat(page).contains("&lt;/script&gt;&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;");
      assertThat(tags(page))
          .isSubsetOf(tags(report("plain")))
          .doesNotContain("img src=x", "b onclick=x");
      assertThat(page).doesNotContain("<img src=x", "<b onclick", "<!--<script");
      assertThat(count(page, "</script>")).isEqualTo(3);
      assertThat(page).doesNotContain(System.getenv("HOME") + "&lt;!--");
    }
  }

  @Test
  void theEpsilonOfAPrivateRunIsShown() throws IOException {
    SampleRun.write(folder.resolve("run"), "text");
    assertThat(text(report("run"))).doesNotContain("privacy epsilon");
    Path metrics = folder.resolve("run/metrics.jsonl");
    Files.writeString(
        metrics,
        Files.readString(metrics)
            .replace("\"seconds\":2,", "\"seconds\":2,\"privacyEpsilon\":2.75,"));
    assertThat(text(report("run"))).containsPattern("privacy epsilon, delta \\S* ?2\\.75");
  }

  @Test
  void aRunThatIsNotFinishedSaysHowFarItIs() throws IOException {
    SampleRun.write(folder.resolve("run"), "text").metrics(1, 6);
    assertThat(text(report("run")))
        .contains("run not finished running or interrupted at step 60")
        .contains("validation accuracy 110.00 %");
    for (String file : List.of("result.json", "report.json", "effective.conf")) {
      Files.delete(folder.resolve("run").resolve(file));
    }
    assertThat(text(report("run"))).contains("interrupted at step 60").doesNotContain("Not shown");
  }

  @Test
  void keysBreakAfterDotsAndHyphensAndLongValuesAreCut() throws IOException {
    SampleRun.write(folder.resolve("run"), "x".repeat(161));
    String page = report("run");
    assertThat(page).contains(">optimizer.<wbr>learning-<wbr>rate</th>");
    assertThat(page)
        .contains("<td>" + "x".repeat(160) + "… (the whole value is in effective.conf)");
  }

  @Test
  void aRunWithoutRoundsSaysSo() throws IOException {
    SampleRun.write(folder.resolve("run"), "text");
    Path metrics = folder.resolve("run/metrics.jsonl");
    Files.writeString(metrics, "{\"type\":\"round\",\"st");
    assertThat(write("run")).hasSize(1).first().asString().endsWith("metrics.jsonl: no rounds");
    Files.delete(folder.resolve("run/result.json"));
    assertThat(text(report("run"))).contains("Not shown, run/metrics.jsonl: no rounds yet");
    Files.delete(metrics);
    assertThat(write("run")).hasSize(1).first().asString().endsWith("metrics.jsonl: no rounds yet");
    Files.writeString(metrics, "{}\n");
    assertThat(write("run")).hasSize(1).first().asString().contains("line 1: expected a row");
    assertThat(text(report("run")))
        .contains("running or interrupted at step 40", "Time, traffic and memory")
        .doesNotContain("Curves", "by examples");
  }

  @Test
  void aFileThatCannotBeWrittenIsBadInput() throws IOException {
    SampleRun.write(folder.resolve("run"), "text");
    Path within = folder.resolve("run/effective.conf/out.html");
    assertThatThrownBy(() -> RunReport.write(FILES, runs("run"), FILES.path(within.toString())))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot write " + within + ": ")
        .hasMessageNotContaining("\n");
    Path link = Files.createSymbolicLink(folder.resolve("link.html"), Path.of("out.html"));
    RunReport.write(FILES, runs("run"), FILES.path(link.toString()));
    assertThat(link).isSymbolicLink().content().contains("<h1>run</h1>");
    assertThat(folder.resolve("out.html")).isRegularFile();
  }

  @Test
  void aComparisonMarksTheBestAndListsWhatDiffers() throws IOException {
    SampleRun.write(folder.resolve("a"), "text");
    SampleRun better = SampleRun.write(folder.resolve("b"), "text");
    better.settings("0.2");
    better.result(0.95);
    String text = text(report("a", "b"));
    assertThat(text)
        .contains("Comparison of 2 runs")
        .contains("a 90.00 %", "b ★\u00a095.00 %")
        .contains("Settings that differ setting a b optimizer.learning-rate 0.3 0.2 Runs")
        .contains("a 1 → 0.25; b 1 → 0.25");
  }

  @Test
  void theBestRunOfASweepIsMarkedEvenIfAnotherHasTheBestMetricOfAColumn() throws IOException {
    SampleRun.write(folder.resolve("a"), "text");
    SampleRun.write(folder.resolve("b"), "text").result(0.95);
    List<String> unused = write(true, "a", "b");
    String page = Files.readString(folder.resolve("out.html"));
    assertThat(text(page))
        .contains("Comparison of 2 runs Best: a Results")
        .containsPattern("a best 90.00 %.* finished b ★\u00a095.00 %.* stopped Curves");
    assertThat(page).containsOnlyOnce("<tr class=\"chosen\">");
    assertThat(report("a", "b")).doesNotContain("<tr class=\"chosen\">");
  }

  @Test
  void whatIsNoRunIsRefusedAndNothingIsWritten() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> report("empty"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected the folder of a run, with effective.conf or metrics.jsonl");
    assertThatThrownBy(() -> report("file"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected the folder of a run, found a file");
    assertThatThrownBy(() -> report("absent"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such file or directory");
    assertThat(folder.resolve("out.html")).doesNotExist();
  }

  @Test
  void damagedFilesAreNamedAndTheRestIsShown() throws IOException {
    SampleRun.write(folder.resolve("run"), "text");
    Path run = folder.resolve("run");
    Files.writeString(run.resolve("report.json"), "{\"finishedAt\": 3}");
    Files.writeString(run.resolve("effective.conf"), "include \"/etc/passwd\"");
    Files.delete(run.resolve("checkpoints/step-00000040/state.safetensors"));
    List<String> notes = write("run");
    assertThat(notes).hasSize(3).allMatch(note -> note.lines().count() == 1);
    assertThat(text(report("run")))
        .contains(
            "Not shown, run/effective.conf: expected the settings themselves, found an include")
        .contains("Not shown, run/report.json: ")
        .contains("state.safetensors: missing, but listed in manifest.json")
        .contains("test accuracy 90.00 %", "training 1 → 0.25")
        .doesNotContain("Confusion matrix");
  }

  @Test
  void mutatedFilesNeverFailOtherThanInOneLine() throws IOException {
    Random random = new Random(7);
    Path run = folder.resolve("run");
    SampleRun.write(run, "text");
    for (String name :
        List.of(
            "metrics.jsonl",
            "report.json",
            "result.json",
            "effective.conf",
            "checkpoints/step-00000040/manifest.json")) {
      byte[] original = Files.readAllBytes(run.resolve(name));
      // Without its checksum, so that changes inside are parsed.
      String unsealed =
          new String(original, StandardCharsets.UTF_8)
              .replaceAll(",\\s*\"sha256OfThisFile\" : \"[0-9a-f]*\"", "");
      for (int i = 0; i < 60; i++) {
        byte[] mutated = unsealed.getBytes(StandardCharsets.UTF_8);
        for (int change = 0; change <= i % 4; change++) {
          mutated[random.nextInt(mutated.length)] =
              (byte) BYTES.charAt(random.nextInt(BYTES.length()));
        }
        Files.write(
            run.resolve(name),
            i % 5 == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated);
        assertThat(write("run")).allMatch(note -> note.lines().count() == 1);
      }
      Files.write(run.resolve(name), original);
    }
    assertThat(write("run")).isEmpty();
  }

  private List<String> write(String... runs) throws IOException {
    return write(false, runs);
  }

  private List<String> write(boolean firstIsBest, String... runs) throws IOException {
    return RunReport.write(
        FILES,
        runs(runs),
        FILES.path(folder.resolve("out.html").toString()),
        firstIsBest ? List.of("Best: a") : List.of(),
        firstIsBest,
        firstIsBest ? Map.of("b", "stopped") : Map.of());
  }

  private List<org.apache.hadoop.fs.Path> runs(String... names) {
    return Arrays.stream(names).map(run -> FILES.path(folder.resolve(run).toString())).toList();
  }

  private String report(String... runs) throws IOException {
    write(runs);
    return Files.readString(folder.resolve("out.html"));
  }

  /** The page's text with single spaces. */
  private static String text(String page) {
    return page.replace("<wbr>", "")
        .replaceAll("<(script type|style)[\\s\\S]*?</(script|style)>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }

  private static List<String> tags(String page) {
    return Pattern.compile("<([a-z0-9]+)")
        .matcher(page.replaceAll("<script>[\\s\\S]*?</script>", ""))
        .results()
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  private static int count(String page, String word) {
    return page.split(Pattern.quote(word), -1).length - 1;
  }
}
