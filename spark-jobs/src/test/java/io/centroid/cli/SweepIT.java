package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps by the command, on threads and on embedded Spark, with halving and kept momentum. */
class SweepIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Four trials; 12 epochs, rungs at epochs 1, 2, 4 and 8. */
  private static final List<String> SWEEP =
      List.of(
          "--grid",
          "optimizer.learning-rate=0.001,0.02,0.1,0.05",
          "--halving",
          "2",
          "--set",
          "data.digits.train=1000",
          "--set",
          "data.digits.test=200",
          "--set",
          "data.validation-split=0.2",
          "--set",
          "model.hidden=[16]",
          "--set",
          "train.local-steps=3",
          "--set",
          "train.batch-size=32",
          "--set",
          "train.epochs=12",
          "--set",
          "train.inner-state=keep",
          "--set",
          "optimizer.name=momentum",
          "--set",
          "optimizer.schedule.name=cosine",
          "--json");

  @TempDir private Path folder;

  /** Names of the pools of the jobs of the command's SparkContext. */
  public static final class Pools extends SparkListener {
    static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    @Override
    public void onJobStart(SparkListenerJobStart event) {
      SEEN.add(String.valueOf(event.properties().getProperty("spark.scheduler.pool")));
    }
  }

  @Test
  void sweepsOnThreadsAndOnSparkAndSideBySideAreBitwiseIdentical() throws Exception {
    Map<String, String> threads = sweep("threads", "--set", "compute.workers=local");
    assertThat(threads).hasSize(4);
    assertThat(String.join(" ", threads.values()))
        .containsOnlyOnce("finished")
        .contains("stopped 1 ", "stopped 2 ");
    Pools.SEEN.clear();
    assertThat(
            sweep(
                "spark",
                "--parallel",
                "2",
                "--master",
                "local[2]",
                "--conf",
                "spark.extraListeners=" + Pools.class.getName()))
        .isEqualTo(threads);
    assertThat(Pools.SEEN).contains("trial-001", "trial-002", "trial-003", "trial-004");
    assertThat(Files.readString(folder.resolve("spark/trial-001/effective.conf"))).contains("FAIR");
    killedAtThreePointsAndResumed(threads);
  }

  private void killedAtThreePointsAndResumed(Map<String, String> undisturbed) throws Exception {
    Path sweep = folder.resolve("killed");
    killedWhen("the plan is written", () -> Files.exists(sweep.resolve("sweep.json")));
    killedWhen(
        "a trial waits at its rung",
        () -> text(sweep.resolve("results.json")).contains("\"paused\""));
    killedWhen(
        "a trial is between rungs 4 and 8",
        () -> {
          try (Stream<Path> trials = Files.list(sweep)) {
            return trials
                .map(trial -> trial.resolve("metrics.jsonl"))
                .anyMatch(metrics -> text(metrics).contains("\"epoch\":5"));
          }
        });
    assertThat(sweep("killed", "--set", "compute.workers=local")).isEqualTo(undisturbed);
    assertThat(folder.resolve("killed/trials.csv")).content().hasLineCount(5);
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // it is being replaced
    }
  }

  /** Runs the sweep in a process that gets SIGKILL. */
  private void killedWhen(String what, Callable<Boolean> condition) throws Exception {
    List<String> line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-XX:+Ignore"))
        .forEach(line::add);
    line.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    line.add(Centroid.class.getName());
    line.addAll(arguments("killed", "--set", "compute.workers=local"));
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      Eventually.await(
          what, LIMIT, () -> condition.call() || ended(process, Files.readString(log)));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static boolean ended(Process process, String log) {
    if (!process.isAlive()) {
      throw new AssertionError("ended before it was killed: " + log);
    }
    return false;
  }

  @Test
  void badInputIsOneLineAndWritesNothing() throws Exception {
    assertThat(refused("--grid", "optimizer.lr=1,2"))
        .isEqualTo(
            "centroid: --grid optimizer.lr: unknown key optimizer.lr; the nearest known one is"
                + " optimizer.learning-rate\n");
    assertThat(refused("--grid", "run.dir=/a,/b"))
        .isEqualTo(
            "centroid: --grid run.dir: it does not determine the result of a run, so it is not"
                + " varied; use --set\n");
    assertThat(refused("--random", "3")).isEqualTo("centroid: --random: expected --range\n");
    assertThat(refused()).isEqualTo("centroid: sweep: expected --grid, or --random with --range\n");
    assertThat(refused("--random", "2", "--range", "train.seed=int:1..9", "--parallel", "0"))
        .isEqualTo("centroid: --parallel must be at least 1: 0\n");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void theExitCodeSaysWhetherTrialsDivergedOrFailed() throws Exception {
    List<String> tiny =
        List.of(
            "--set",
            "compute.workers=local",
            "--set",
            "data.digits.train=300",
            "--set",
            "data.digits.test=50",
            "--set",
            "train.epochs=1",
            "--parallel",
            "2");
    String diverged = ended(ExitCode.DIVERGED, "a", "optimizer.learning-rate=1e30,1e31", tiny);
    assertThat(diverged)
        .contains("centroid: 2 of 2 trials diverged: trial-001: training diverged in round 0: ");
    String failed = ended(ExitCode.BAD_INPUT, "b", "train.workers=2,400", tiny);
    assertThat(failed)
        .contains(
            "centroid: 1 of 2 trials failed: trial-002: train.workers must be at most the number"
                + " of examples, 300: 400");
    ended(ExitCode.DONE, "c", "optimizer.learning-rate=0.1,1e30", tiny);
  }

  private String ended(int code, String name, String grid, List<String> more) throws IOException {
    List<String> all = new ArrayList<>(List.of("sweep", configuration().toString()));
    all.addAll(List.of("--dir", folder.resolve(name).toString(), "--grid", grid));
    all.addAll(more);
    StringWriter err = new StringWriter();
    PrintWriter out = new PrintWriter(new StringWriter());
    assertThat(Centroid.run(out, new PrintWriter(err), all.toArray(String[]::new)))
        .as(err.toString())
        .isEqualTo(code);
    return err.toString();
  }

  private String refused(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("sweep", configuration().toString()));
    all.addAll(List.of("--dir", folder.resolve("refused").toString()));
    all.addAll(List.of(arguments));
    StringWriter err = new StringWriter();
    int code =
        Centroid.run(
            new PrintWriter(new StringWriter()), new PrintWriter(err), all.toArray(String[]::new));
    assertThat(code).as(err.toString()).isEqualTo(ExitCode.BAD_INPUT);
    return err.toString();
  }

  /** What each trial came to, without times. */
  private Map<String, String> sweep(String name, String... more) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Centroid.run(
            new PrintWriter(out),
            new PrintWriter(err),
            arguments(name, more).toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
    JsonNode report = JSON.readTree(out.toString());
    Map<String, String> trials = new TreeMap<>();
    for (JsonNode trial : report.path("trials")) {
      trials.put(
          trial.path("settings").toString(),
          String.join(
              " ",
              trial.path("status").asText(),
              trial.path("epochs").asText(),
              trial.path("rungs").toString(),
              trial.path("validation").toString(),
              trial.path("test").toString(),
              trial.path("parametersSha256").asText()));
    }
    assertThat(report.path("best").asText())
        .isEqualTo(report.path("trials").path(0).path("runDir").asText())
        .startsWith(folder.resolve(name).toString());
    return trials;
  }

  private List<String> arguments(String name, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("sweep", configuration().toString()));
    all.addAll(SWEEP);
    all.addAll(List.of("--dir", folder.resolve(name).toString()));
    all.addAll(List.of(more));
    return all;
  }

  private Path configuration() throws IOException {
    return Files.writeString(folder.resolve("digits.conf"), "data.format = digits\n");
  }
}
