package io.centroid.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Supervisor of {@code train} on the cluster: repeats a command that failed and starts the next run
 * after one that succeeded, until it is stopped. It runs on one thread; other threads query the
 * driver and the runs.
 */
final class Training implements Runnable {
  /** Maximum number of consecutive failures without an injected fault. */
  private static final int MOST_FAILURES = 5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Launch launch;
  private final List<String> arguments;
  private final Consumer<String> progress;
  private final List<FinishedRun> finished = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private volatile boolean finishing;
  private volatile int run = 1;
  private volatile int starts;
  private volatile @Nullable Process submit;
  private volatile @Nullable ProcessHandle killed;

  /**
   * Creates a supervisor.
   *
   * @param arguments arguments of {@code train} without {@code run.dir}
   */
  Training(Launch launch, List<String> arguments, Consumer<String> progress) {
    this.launch = launch;
    this.arguments = arguments;
    this.progress = progress;
  }

  /** A successful run. */
  record FinishedRun(String directory, long rounds, String parametersSha256, int starts) {}

  @Override
  public void run() {
    int failures = 0;
    int startsOfRun = 0;
    while (!Thread.currentThread().isInterrupted()) {
      String name = "run-%s-start-%s".formatted(run, ++startsOfRun);
      starts++;
      int code = await(start(name));
      if (code == 0) {
        FinishedRun done = result(name, startsOfRun);
        synchronized (this) {
          finished.add(done);
        }
        progress.accept(
            "run %s finished: %s rounds by %s drivers, SHA-256 %.12s"
                .formatted(run, done.rounds, startsOfRun, done.parametersSha256));
        if (finishing) {
          return;
        }
        run++;
        failures = 0;
        startsOfRun = 0;
      } else if (wasKilled()) {
        failures = 0;
      } else {
        String line = lastLine(name);
        progress.accept("the driver exited with " + code + ": " + line);
        synchronized (this) {
          stops.add(line);
        }
        if (++failures == MOST_FAILURES) {
          throw new IllegalStateException(
              "the same command failed %s times in a row; the last: %s"
                  .formatted(failures, launch.errors(name)));
        }
      }
    }
  }

  /** Makes the current run the last one. */
  void finish() {
    finishing = true;
  }

  /** Folder of the current run, as in {@code run.dir}. */
  String directory() {
    return directory(run);
  }

  private static String directory(int number) {
    return "runs/chaos-" + number;
  }

  /** Kills the driver but not its launcher. Returns empty if no driver is running. */
  Optional<ProcessHandle> killDriver() {
    Process process = submit;
    Optional<ProcessHandle> driver =
        process == null ? Optional.empty() : process.children().findFirst();
    driver.ifPresent(
        handle -> {
          killed = handle;
          handle.destroyForcibly();
        });
    return driver;
  }

  /** Kills all running processes. */
  void kill() {
    Process process = submit;
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  synchronized List<FinishedRun> finishedRuns() {
    return List.copyOf(finished);
  }

  /** Last line of each driver that failed without being killed. */
  synchronized List<String> stops() {
    return List.copyOf(stops);
  }

  /** Number of drivers that were started. */
  int starts() {
    return starts;
  }

  private Process start(String name) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("submit", "--cluster-dir", launch.cluster().toString()));
    line.addAll(List.of("--driver-memory", "1g"));
    line.addAll(arguments);
    line.addAll(List.of("--json", "--set", "run.dir=" + directory()));
    Process process = launch.start(name, line);
    submit = process;
    return process;
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private boolean wasKilled() {
    boolean was = killed != null;
    killed = null;
    return was;
  }

  private FinishedRun result(String name, int startsOfRun) {
    try {
      JsonNode result = JSON.readTree(Files.readString(launch.output(name)));
      return new FinishedRun(
          result.path("runDir").asText(),
          result.path("rounds").asLong(),
          result.path("parametersSha256").asText(),
          startsOfRun);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the output of " + name, e);
    }
  }

  private String lastLine(String name) {
    Path file = launch.errors(name);
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      return lines.stream()
          .filter(line -> line.startsWith("centroid: "))
          .reduce((first, second) -> second)
          .orElse("(no line; see " + file + ")");
    } catch (IOException e) {
      return "(cannot read " + file + ")";
    }
  }

  /** Trains the same configuration undisturbed on threads of one process. */
  static JsonNode undisturbed(Launch launch, List<String> arguments) throws InterruptedException {
    List<String> line = new ArrayList<>(arguments);
    line.addAll(List.of("--json", "--set", "compute.workers=local"));
    line.addAll(List.of("--set", "run.dir=" + launch.folder().resolve("undisturbed")));
    Process process = launch.start("undisturbed", line);
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "the undisturbed run failed: " + launch.errors("undisturbed"));
    }
    try {
      return JSON.readTree(Files.readString(launch.output("undisturbed")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
