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
 * What a scheduler does: runs {@code train} on the cluster, runs the same command again when it
 * ended badly, and begins the next run when it ended well, until it is asked to finish. One thread
 * runs it; others ask for the driver and the runs.
 */
final class Training implements Runnable {
  /** Endings in a row that nobody caused: then something is broken. */
  private static final int MOST_FAILURES = 5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Launch launch;
  private final List<String> arguments;
  private final Consumer<String> progress;
  private final List<FinishedRun> finished = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private volatile boolean ending;
  private volatile int run = 1;
  private volatile int starts;
  private volatile @Nullable Process submit;
  private volatile @Nullable ProcessHandle struck;

  /**
   * A supervisor.
   *
   * @param arguments of {@code train}, but for {@code run.dir}
   */
  Training(Launch launch, List<String> arguments, Consumer<String> progress) {
    this.launch = launch;
    this.arguments = arguments;
    this.progress = progress;
  }

  /** A run that ended well. */
  record FinishedRun(String directory, long rounds, String parametersSha256, int starts) {}

  @Override
  public void run() {
    int failures = 0;
    int startsOfRun = 0;
    while (!Thread.currentThread().isInterrupted()) {
      String name = "run-%d-start-%d".formatted(run, ++startsOfRun);
      starts++;
      int code = await(start(name));
      if (code == 0) {
        FinishedRun done = result(name, startsOfRun);
        synchronized (this) {
          finished.add(done);
        }
        progress.accept(
            "run %d is finished: %,d rounds by %d drivers, SHA-256 %.12s"
                .formatted(run, done.rounds, startsOfRun, done.parametersSha256));
        if (ending) {
          return;
        }
        run++;
        failures = 0;
        startsOfRun = 0;
      } else if (wasStruck()) {
        failures = 0;
      } else {
        String line = lastLine(name);
        progress.accept("the driver ended with " + code + ": " + line);
        synchronized (this) {
          stops.add(line);
        }
        if (++failures == MOST_FAILURES) {
          throw new IllegalStateException(
              "the same command failed %d times in a row; the last: %s"
                  .formatted(failures, launch.errors(name)));
        }
      }
    }
  }

  /** Lets the run that is under way be the last. */
  void finish() {
    ending = true;
  }

  /** The folder of the run that is under way, as {@code run.dir} has it. */
  String directory() {
    return directory(run);
  }

  private static String directory(int number) {
    return "runs/chaos-" + number;
  }

  /** Kills the driver, without its launcher; empty if there is none yet. */
  Optional<ProcessHandle> killDriver() {
    Process process = submit;
    Optional<ProcessHandle> driver =
        process == null ? Optional.empty() : process.children().findFirst();
    driver.ifPresent(
        handle -> {
          struck = handle;
          handle.destroyForcibly();
        });
    return driver;
  }

  /** Ends what runs; for an emergency. */
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

  /** Why drivers ended that nobody killed, each in a line. */
  synchronized List<String> stops() {
    return List.copyOf(stops);
  }

  /** Drivers that were started. */
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

  private boolean wasStruck() {
    boolean was = struck != null;
    struck = null;
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
      throw new UncheckedIOException("cannot read what " + name + " printed", e);
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

  /** Trains the same on the threads of one process that nothing disturbs. */
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
