package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Eventually;
import io.centroid.cli.process.ShellWord;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code watch} of runs that other processes train. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WatchIT {
  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final int EPOCHS = 40;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern EVALUATION =
      Pattern.compile("(?m)^epoch (\\d+) of " + EPOCHS + ", step ([\\d,]+).*, validation .*$");

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void aRunThatIsKilledAndResumedIsFollowedToItsEnd() throws Exception {
    Path output = folder.resolve("watch.txt");
    Process watch = start(output, java("watch", run(), "--interval", "50ms"));
    await("the note", () -> read(output).contains("waiting for " + run() + " to start"));
    Process train = start(folder.resolve("train.txt"), train());
    await("evaluations", () -> evaluations(output).size() >= 3);
    train.destroyForcibly();
    train.waitFor();
    assertThat(watch.isAlive()).isTrue();

    assertThat(start(folder.resolve("again.txt"), train()).waitFor()).isZero();
    assertThat(watch.waitFor(1, TimeUnit.MINUTES)).as(read(output)).isTrue();
    assertThat(watch.exitValue()).as(read(output)).isZero();

    List<MatchResult> evaluations = evaluations(output);
    // Each epoch once, also those that the resumed run repeats.
    assertThat(evaluations)
        .extracting(found -> Integer.parseInt(found.group(1)))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, EPOCHS).boxed().toList());
    assertThat(read(output).lines())
        .last()
        .asString()
        .matches("finished; validation accuracy 0\\.\\d{4}, .*; test accuracy 0\\.\\d{4}, .*");
    assertThat(names())
        .isSubsetOf(
            "checkpoints",
            "effective.conf",
            "metrics.jsonl",
            "report.html",
            "report.json",
            "result.json",
            "tensorboard");
  }

  @Test
  void onATerminalProgressAndCurvesAreRedrawn() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), SCRIPT + " is not there");
    String trained = terminal(24, 80, "C", train());
    List<String> bars =
        Stream.of(trained.split("\r"))
            .filter(frame -> frame.contains("% ["))
            .map(frame -> frame.replaceAll("\u001b\\[K|\n", ""))
            .toList();
    assertThat(bars).isNotEmpty().allSatisfy(bar -> assertThat(bar).hasSizeLessThan(80));
    assertThat(bars)
        .last()
        .asString()
        .matches(
            "100% \\[=+\\] loss 0\\.\\d{4}, accuracy [01]\\.\\d{4}, [\\d,]+ examples/s, 0:00 left");
    assertThat(trained).doesNotContain("epoch 2 of");
    List<String> wide = screen(24, 80, "C.UTF-8");
    assertThat(wide).hasSizeLessThan(24).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    assertThat(wide.get(0))
        .matches(".*/run: epoch " + EPOCHS + " of " + EPOCHS + ", step .* \\(100 %\\)");
    assertThat(wide)
        .anyMatch(line -> line.matches("loss, last [\\d.e-]+"))
        .anyMatch(line -> line.matches("validation.accuracy, last 0\\.\\d{4}"))
        .anyMatch(line -> line.matches("examplesPerSecond, last [\\d,.]+"))
        .anyMatch(line -> line.matches("\\s*[\\d.e-]+┤[ \\u2800-\\u28ff]+"))
        .anyMatch(line -> line.matches("last checkpoint.*|.*, last checkpoint step-\\d{8}"));
    List<String> narrow = screen(20, 50, "C");
    assertThat(narrow)
        .hasSizeLessThan(20)
        .allSatisfy(line -> assertThat(line).matches("[ -~]{0,49}"))
        .anyMatch(line -> line.matches("\\s*[\\d.e-]+\\|[ .':]+"));
  }

  @Test
  void aFileOfRandomBytesIsReported() throws IOException {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Files.write(Files.createDirectory(folder.resolve("run")).resolve("metrics.jsonl"), bytes);
    StringWriter out = new StringWriter();
    assertThat(
            Centroid.run(
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                "watch",
                run(),
                "--once"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches("metrics\\.jsonl: [34]\\d\\d unreadable lines, the first is line 1"),
            line -> assertThat(line).isEqualTo("waiting for the first round"));
  }

  @Test
  void onceNeedsARun() {
    StringWriter err = new StringWriter();
    int exitCode =
        Centroid.run(
            new PrintWriter(new StringWriter()), new PrintWriter(err), "watch", run(), "--once");
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip())
        .isEqualTo(
            "centroid: " + run() + ": expected the folder of a run, found no metrics.jsonl in it");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /** The last frame of watch on a terminal of a size. */
  private List<String> screen(int rows, int columns, String locale) throws Exception {
    String text = terminal(rows, columns, locale, java("watch", run()));
    String frame = text.substring(text.lastIndexOf("\u001b[H") + 3);
    return frame.replace("\u001b[K", "").replace("\u001b[J", "").replace("\r", "").lines().toList();
  }

  /** What a command prints on a terminal of a size. */
  private String terminal(int rows, int columns, String locale, List<String> line)
      throws Exception {
    Path output = folder.resolve("terminal.txt");
    String words = line.stream().map(ShellWord::of).collect(Collectors.joining(" "));
    String command =
        "stty rows %d cols %d; exec env TERM=xterm LC_ALL=%s %s"
            .formatted(rows, columns, locale, words);
    Path file = Files.writeString(folder.resolve("command.sh"), command);
    Process script = start(output, List.of(SCRIPT.toString(), "-qefc", "sh " + file, "/dev/null"));
    assertThat(script.waitFor()).as(read(output)).isZero();
    return read(output);
  }

  private List<MatchResult> evaluations(Path output) throws IOException {
    return EVALUATION.matcher(read(output)).results().toList();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private String run() {
    return folder.resolve("run").toString();
  }

  private List<String> train() {
    List<String> line = java("train");
    TreeMap<String, Object> settings = new TreeMap<>();
    settings.put("data.digits.train", 4000);
    settings.put("data.digits.test", 100);
    settings.put("train.epochs", EPOCHS);
    settings.put("compute.workers", "local");
    settings.put("run.dir", run());
    settings.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    return line;
  }

  private static List<String> java(String... arguments) {
    List<String> line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-XX:+Ignore"))
        .forEach(line::add);
    Path conf = Path.of(System.getProperty("centroid.home", ".."), "conf").toAbsolutePath();
    line.addAll(List.of("-Xmx512m", "-cp", conf + ":" + System.getProperty("java.class.path")));
    line.add(Centroid.class.getName());
    line.addAll(List.of(arguments));
    return line;
  }

  private Process start(Path output, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    started.add(process);
    return process;
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Eventually.await(what, LIMIT, condition);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
