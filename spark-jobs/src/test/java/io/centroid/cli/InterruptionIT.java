package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Eventually;
import io.centroid.cli.process.ShellWord;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Training in a pseudo-terminal, with its progress bar, that is stopped by a signal. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InterruptionIT {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir private Path folder;

  @Test
  void ctrlCEndsInOrderAndTheSameCommandResumes() throws Exception {
    try (Terminal terminal = new Terminal()) {
      terminal.awaitCheckpoint();
      terminal.type("\u0003");
      assertThat(terminal.exitCode()).isEqualTo(130);
      assertStoppedInOrder(terminal.output(), "SIGINT");
    }
  }

  @Test
  void ctrlCAtTheClaimReleasesTheLease() throws Exception {
    try (Terminal terminal = new Terminal()) {
      Path leases = folder.resolve("run/checkpoints/.leases");
      terminal.await(
          "the claim", () -> Files.exists(leases.resolve("fencing-token-00000001.json")));
      terminal.type("\u0003");
      assertThat(terminal.exitCode()).isEqualTo(130);
      assertThat(leases.resolve("released-00000001")).exists();
      assertThat(terminal.output().strip().lines())
          .last(InstanceOfAssertFactories.STRING)
          .contains("centroid: stopped by SIGINT");
    }
  }

  @Test
  void aSecondCtrlCEndsAtOnce() throws Exception {
    try (Terminal terminal = new Terminal()) {
      terminal.awaitCheckpoint();
      terminal.type("\u0003\u0003");
      assertThat(terminal.exitCode()).isEqualTo(130);
    }
  }

  @Test
  void sigtermEndsInOrder() throws Exception {
    try (Terminal terminal = new Terminal()) {
      terminal.awaitCheckpoint();
      terminal.java().destroy();
      assertThat(terminal.exitCode()).isEqualTo(143);
      assertStoppedInOrder(terminal.output(), "SIGTERM");
    }
  }

  private void assertStoppedInOrder(String output, String signal) throws IOException {
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    Path checkpoints = folder.resolve("run/checkpoints");
    try (Stream<Path> steps = Files.list(checkpoints)) {
      String newest =
          steps
              .map(Path::toString)
              .filter(step -> step.contains("/step-"))
              .sorted()
              .toList()
              .stream()
              .reduce((first, second) -> second)
              .orElseThrow();
      assertThat(lines.get(lines.size() - 1))
          .as(output)
          .isEqualTo(
              "centroid: stopped by "
                  + signal
                  + "; the last checkpoint is "
                  + newest
                  + ": the same command resumes the run");
    }
    assertThat(output).doesNotContain("Exception", "cancel", "stopped SparkContext");
    assertThat(checkpoints.resolve(".leases/released-00000001")).exists();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
    try (Stream<Path> logs = Files.list(folder.resolve("events"))) {
      assertThat(logs.map(Path::toString))
          .isNotEmpty()
          .noneMatch(log -> log.contains("inprogress"));
    }
  }

  /** {@code train} in a terminal of its own. */
  private final class Terminal implements AutoCloseable {
    private final Process script;
    private final Path output = folder.resolve("terminal.txt");

    Terminal() throws IOException {
      assumeTrue(Files.isExecutable(SCRIPT), SCRIPT + " is not there");
      Files.createDirectories(folder.resolve("tmp"));
      Files.createDirectories(folder.resolve("events"));
      List<String> line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-XX:+Ignore"))
          .forEach(line::add);
      Path conf = Path.of(System.getProperty("centroid.home", ".."), "conf").toAbsolutePath();
      line.addAll(List.of("-Xmx1g", "-cp", conf + ":" + System.getProperty("java.class.path")));
      line.addAll(List.of(Centroid.class.getName(), "train"));
      Stream.of(
              "data.digits.train=2000",
              "data.digits.test=100",
              "train.epochs=100000",
              "run.dir=" + folder.resolve("run"))
          .forEach(setting -> line.addAll(List.of("--set", setting)));
      Stream.of(
              "spark.local.dir=" + folder.resolve("tmp"),
              "spark.eventLog.enabled=true",
              "spark.eventLog.dir=" + folder.resolve("events").toUri())
          .forEach(property -> line.addAll(List.of("--conf", property)));
      // A build that a shell started in the background ignores SIGINT.
      String command =
          "exec env --default-signal=INT TERM=xterm "
              + line.stream().map(ShellWord::of).collect(Collectors.joining(" "));
      Path file = Files.writeString(folder.resolve("command.sh"), command);
      script =
          new ProcessBuilder(SCRIPT.toString(), "-qefc", "exec sh " + file, "/dev/null")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    }

    void awaitCheckpoint() throws Exception {
      await(
          "a checkpoint and the progress bar",
          () -> output().contains("training") && hasCheckpoint());
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
      Eventually.await(what, Duration.ofMinutes(3), () -> !script.isAlive() || condition.call());
      assertThat(script.isAlive()).as(output()).isTrue();
    }

    private boolean hasCheckpoint() throws IOException {
      Path checkpoints = folder.resolve("run/checkpoints");
      if (!Files.isDirectory(checkpoints)) {
        return false;
      }
      try (Stream<Path> steps = Files.list(checkpoints)) {
        return steps.anyMatch(step -> step.getFileName().toString().startsWith("step-"));
      }
    }

    void type(String keys) throws IOException {
      OutputStream keyboard = script.getOutputStream();
      keyboard.write(keys.getBytes(StandardCharsets.US_ASCII));
      keyboard.flush();
    }

    ProcessHandle java() {
      return script
          .descendants()
          .filter(process -> process.info().command().orElse("").endsWith("/java"))
          .findFirst()
          .orElseThrow();
    }

    int exitCode() throws Exception {
      assertThat(script.waitFor(1, TimeUnit.MINUTES)).as(output()).isTrue();
      return script.exitValue();
    }

    String output() throws IOException {
      return Files.readString(output).replace('\r', '\n');
    }

    @Override
    public void close() {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly();
    }
  }
}
