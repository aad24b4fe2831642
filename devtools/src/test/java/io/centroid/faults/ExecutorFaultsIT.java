package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.ClusterOptions;
import io.centroid.error.ExitCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are killed, hang or run out of memory, on a cluster of two Workers. */
@Tag("long")
class ExecutorFaultsIT {
  private static final String LOST = "Lost executor";

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = TrainingCluster.start(folder, new ClusterOptions(2, 1, 1, "1g"));
    expectedSha256 = DisturbedRun.undisturbed(cluster);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void anExecutorKilledDuringATaskIsReplaced() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "killed")) {
      run.awaitRound(4);
      ProcessHandle executor = twoExecutors().get(0);
      run.freezeInTask(executor);
      long before = kill(run, List.of(executor));
      double detected = run.detected(LOST);
      double next = run.secondsToRoundAfter(before);
      run.await("a new executor", () -> cluster.executors().size() == 2);
      DisturbedRun.report(
          "1, one executor killed in a task: detected after %.1f s, next round after %.1f s",
          detected, next);
      run.requireResult(expectedSha256);
      assertThat(run.train().errors()).contains("exited caused by one of the running tasks");
    }
  }

  @Test
  void aRunContinuesAfterAllExecutorsAreKilled() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "all-killed")) {
      run.awaitRound(4);
      List<ProcessHandle> executors = twoExecutors();
      run.awaitBusy(executors.get(1));
      long before = kill(run, executors);
      double detected = run.detected(LOST);
      DisturbedRun.report(
          "1, all executors killed at once: detected after %.1f s, next round after %.1f s",
          detected, run.secondsToRoundAfter(before));
      run.requireResult(expectedSha256);
    }
  }

  @Test
  void lostSlicesAndWorkerStatesAreRecomputed() throws Exception {
    String[] settings = {"outer.name=nesterov", "train.inner-state=keep", "average.slices=2"};
    String expected = DisturbedRun.undisturbed(cluster, settings);
    assertThat(expected).isNotEqualTo(expectedSha256);
    try (DisturbedRun run = DisturbedRun.start(cluster, "slices", settings)) {
      // Two rounds after a checkpoint: lost partitions are recomputed from the lineage.
      run.awaitRound(5);
      ProcessHandle first = twoExecutors().get(0);
      run.awaitBusy(first);
      long before = kill(run, List.of(first));
      double next = run.secondsToRoundAfter(before);
      run.awaitRound(8);
      run.await("a new executor", () -> cluster.executors().size() == 2);
      before = kill(run, cluster.executors());
      DisturbedRun.report(
          "1, slices, worker states and outer state: next round %.1f s after one executor was"
              + " killed, %.1f s after both",
          next, run.secondsToRoundAfter(before));
      run.requireResult(expected);
    }
  }

  @Test
  void aHungExecutorIsReplaced() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "hangs")) {
      run.awaitRound(3);
      ProcessHandle executor = twoExecutors().get(0);
      run.awaitBusy(executor);
      run.hit();
      DisturbedRun.signal("STOP", executor);
      long before = run.lastRound();
      double detected = run.detected(LOST);
      double next = run.secondsToRoundAfter(before);
      DisturbedRun.report(
          "2, an executor stopped: dropped after %.1f s, next round after %.1f s", detected, next);
      run.await("its end", () -> !executor.isAlive());
      DisturbedRun.report("2, an executor stopped: gone after %.1f s", run.secondsSinceHit());
      run.requireResult(expectedSha256);
    }
  }

  @Test
  void aHungNodeIsReplacedAndIgnoredWhenItWakes() throws Exception {
    ProcessHandle worker = ProcessHandle.of(cluster.daemons().pid("worker-2")).orElseThrow();
    try (DisturbedRun run = DisturbedRun.start(cluster, "node-hangs")) {
      run.awaitRound(3);
      twoExecutors();
      ProcessHandle executor = cluster.executors("worker-2").get(0);
      run.awaitBusy(executor);
      run.hit();
      DisturbedRun.signal("STOP", worker);
      DisturbedRun.signal("STOP", executor);
      long before = run.lastRound();
      double detected = run.detected(LOST);
      double next = run.secondsToRoundAfter(before);
      run.awaitRound(6);
      DisturbedRun.signal("CONT", executor);
      DisturbedRun.signal("CONT", worker);
      DisturbedRun.report(
          "2, a Worker and its executor stopped, later woken: dropped after %.1f s, next round"
              + " after %.1f s",
          detected, next);
      run.requireResult(expectedSha256);
      Eventually.await(
          "the end of the stale executor", TrainingCluster.LIMIT, () -> !executor.isAlive());
    } finally {
      DisturbedRun.signal("CONT", worker);
    }
  }

  @Test
  void aTooSmallHeapIsReported() throws Exception {
    try (Submitted train =
        cluster.train(
            List.of("--executor-memory", "512m"),
            "run.dir=runs/small-heap",
            "model.hidden=[60000]",
            "average.slices=1",
            "train.steps=20")) {
      assertThat(train.exitCode()).as(train.errors()).isEqualTo(ExitCode.FAILED);
      assertThat(train.output()).isEmpty();
      System.err.println("HEAP " + lastLine(train));
      assertThat(lastLine(train)).startsWith("centroid: ").contains("spark.executor.memory");
      assertThat(train.errors()).doesNotContain("\tat ");
    }
  }

  @Test
  void tooLittleNativeMemoryIsReported() throws Exception {
    try (Submitted train =
        cluster.train(
            "run.dir=runs/small-native",
            "model.hidden=[20000]",
            "compute.native-memory=32MiB",
            "train.steps=20")) {
      assertThat(train.exitCode()).as(train.errors()).isEqualTo(ExitCode.FAILED);
      assertThat(train.output()).isEmpty();
      System.err.println("NATIVE " + lastLine(train));
      assertThat(lastLine(train)).startsWith("centroid: ").contains("compute.native-memory");
      assertThat(train.errors()).doesNotContain("\tat ");
    }
  }

  private static String lastLine(Submitted command) {
    return command.errors().lines().reduce("", (before, line) -> line);
  }

  private static List<ProcessHandle> twoExecutors() {
    List<ProcessHandle> executors = cluster.executors();
    assertThat(executors).as("executors").hasSize(2);
    return executors;
  }

  /** Kills processes and returns the last round before that. */
  private static long kill(DisturbedRun run, List<ProcessHandle> processes) throws Exception {
    run.hit();
    for (ProcessHandle process : processes) {
      assertThat(process.destroyForcibly()).isTrue();
    }
    return run.lastRound();
  }
}
