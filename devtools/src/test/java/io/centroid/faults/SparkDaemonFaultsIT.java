package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.ClusterOptions;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Workers, Masters and drivers that are killed, and executors that do not start, on a cluster of
 * three Workers.
 */
@Tag("long")
class SparkDaemonFaultsIT {
  private static final String LOST = "Lost executor";

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = TrainingCluster.start(folder, new ClusterOptions(3, 1, 1, "1g"));
    expectedSha256 = DisturbedRun.undisturbed(cluster);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void aRunSurvivesAKilledWorkerNode() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "node")) {
      run.awaitRound(3);
      ProcessHandle executor = executor("worker-1");
      run.awaitBusy(executor);
      run.hit();
      assertThat(daemon("worker-1").destroyForcibly()).isTrue();
      assertThat(executor.destroyForcibly()).isTrue();
      long before = run.lastRound();
      double detected = run.detected(LOST);
      DisturbedRun.report(
          "3, a Worker and its executor killed: detected after %.1f s, next round after %.1f s",
          detected, run.secondsToRoundAfter(before));
      run.requireResult(expectedSha256);
    } finally {
      cluster.daemons().restart("worker-1");
    }
  }

  @Test
  void theExecutorOfAKilledWorkerEnds() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "worker")) {
      run.awaitRound(3);
      ProcessHandle executor = executor("worker-1");
      run.awaitBusy(executor);
      run.hit();
      assertThat(daemon("worker-1").destroyForcibly()).isTrue();
      long before = run.lastRound();
      run.await("the end of its executor", () -> !executor.isAlive());
      double ended = run.secondsSinceHit();
      DisturbedRun.report(
          "3, a Worker alone killed: its executor ended after %.1f s, next round after %.1f s",
          ended, run.secondsToRoundAfter(before));
      run.requireResult(expectedSha256);
    } finally {
      cluster.daemons().restart("worker-1");
    }
  }

  @Test
  void aRunSurvivesARestartOfTheMaster() throws Exception {
    // Long enough for a restart of the Master during the run on a fast machine.
    int rounds = 30;
    String epochs = "train.epochs=" + rounds;
    String expected = DisturbedRun.undisturbed(cluster, epochs);
    try (DisturbedRun run = DisturbedRun.start(cluster, "master", epochs)) {
      run.awaitRound(1);
      assertThat(daemon("master").destroyForcibly()).isTrue();
      Eventually.await("its end", TrainingCluster.LIMIT, () -> !daemonRuns("master"));
      run.hit();
      cluster.daemons().restart("master");
      DisturbedRun.report(
          "4, the Master killed and restarted: all Workers back after %.1f s",
          run.secondsSinceHit());
      // The restarted Master knows the application and replaces an executor.
      ProcessHandle executor = executor("worker-1");
      assertThat(executor.destroyForcibly()).isTrue();
      long before = run.lastRound();
      run.secondsToRoundAfter(before);
      run.await("a new executor", () -> !cluster.executors("worker-1").isEmpty());
      run.requireResult(expected, rounds);
    }
  }

  @Test
  void aRunSurvivesTheLossOfTheMaster() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "masterless")) {
      run.awaitRound(3);
      assertThat(daemon("master").destroyForcibly()).isTrue();
      run.hit();
      run.requireResult(expectedSha256);
      DisturbedRun.report(
          "4, the Master killed for good: the run ended well after %.1f s", run.secondsSinceHit());
      Eventually.await(
          "the end of the executors", TrainingCluster.LIMIT, () -> cluster.executors().isEmpty());
    } finally {
      cluster.daemons().restart("master");
    }
  }

  @Test
  void aRunOfAKilledDriverResumesOnAnyNumberOfExecutors() throws Exception {
    long committed = 0;
    for (int executors = 3; executors > 1; executors--) {
      try (DisturbedRun run = resumed(executors)) {
        run.awaitRound(3 + committed);
        assertThat(cluster.executors()).hasSize(executors);
        run.awaitBusy(cluster.executors().get(0));
        List<ProcessHandle> processes = cluster.executors();
        run.hit();
        run.train().killDriver();
        long done = run.lastRound();
        Eventually.await(
            "the end of the dead driver's executors",
            TrainingCluster.LIMIT,
            () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        double ended = run.secondsSinceHit();
        Eventually.await(
            "no block of the dead driver's is left",
            TrainingCluster.LIMIT,
            () -> temporaryFolders().isEmpty());
        // A round has 125 steps.
        committed = cluster.newestStep(run.path()) / 125;
        assertThat(done - committed).isBetween(0L, 2L * DisturbedRun.CHECKPOINT_EVERY);
        DisturbedRun.report(
            "5 and 17, the driver killed on %d executor(s): they ended after %.1f s, %d rounds to"
                + " repeat",
            executors, ended, done - committed);
      }
    }
    long before = metricsFile();
    long done = committed;
    try (DisturbedRun run = resumed(1)) {
      run.hit();
      run.await("a new round", () -> metricsFile() != before && run.lastRound() > done);
      DisturbedRun.report(
          "5 and 17, the same command again: first new round after %.1f s", run.secondsSinceHit());
      run.requireResult(expectedSha256);
      assertThat(run.train().errors()).contains("resuming from ");
      assertThat(cluster.hdfs().listStatus(TrainingCluster.path(run.path() + "/checkpoints")))
          .extracting(file -> file.getPath().getName())
          .noneMatch(name -> name.startsWith(".inprogress-"));
    }
  }

  /**
   * ID of the metrics file: a resumed run writes a new file without the rounds that are repeated.
   */
  private static long metricsFile() throws IOException {
    return ((HdfsFileStatus)
            cluster.hdfs().getFileStatus(TrainingCluster.path("runs/driver/metrics.jsonl")))
        .getFileId();
  }

  private static DisturbedRun resumed(int executors) throws IOException {
    return DisturbedRun.start(
        cluster, "driver", List.of("--total-executor-cores", Integer.toString(executors)));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executor.resource.gpu.amount=1, '1 core(s), 1024 MiB and 1 GPU(s)'",
    "spark.executor.memory=8g, '1 core(s), 8192 MiB and 0 GPU(s)'",
    "spark.executor.cores=2, '2 core(s), 1024 MiB and 0 GPU(s)'"
  })
  void aMissingExecutorIsReportedWithItsReason(String setting, String request) throws Exception {
    try (Submitted train =
        cluster.train(
            List.of("--conf", setting), "run.dir=runs/nowhere", "spark.executor-timeout=5s")) {
      assertThat(train.exitCode()).as(train.errors()).isEqualTo(ExitCode.FAILED);
      assertThat(train.output()).isEmpty();
      assertThat(train.errors().lines().filter(line -> line.startsWith("centroid: ")))
          .singleElement()
          .asString()
          .contains(
              "no executor registered within 5 s (spark.executor-timeout)",
              "requested "
                  + request
                  + " per executor, 3 core(s) in total; "
                  + cluster.status().master(),
              " has 3 Worker(s) with at most 1 core(s), 1024 MiB and 0 GPU(s), currently free 1"
                  + " core(s),",
              "; see http://127.0.0.1:");
      assertThat(train.errors()).doesNotContain("\tat ");
      assertThat(cluster.hdfs().exists(TrainingCluster.path("runs/nowhere"))).isFalse();
    }
  }

  @Test
  void applicationsThatUseAllCoresAreReported() throws Exception {
    try (DisturbedRun run = DisturbedRun.start(cluster, "first")) {
      run.awaitRound(1);
      // A hung driver keeps its executors. When it wakes, it continues with them or with new ones.
      ProcessHandle driver = run.train().driver();
      DisturbedRun.signal("STOP", driver);
      try (Submitted second = cluster.train("run.dir=runs/second", "spark.executor-timeout=5s")) {
        assertThat(second.exitCode()).as(second.errors()).isEqualTo(ExitCode.FAILED);
        assertThat(second.errors()).contains(" and 0 GPU(s), in use by 'centroid");
      } finally {
        DisturbedRun.signal("CONT", driver);
      }
      run.requireResult(expectedSha256);
    }
  }

  /** Folders in which drivers and executors store blocks. */
  private static List<Path> temporaryFolders() throws IOException {
    try (Stream<Path> ofDrivers = Files.walk(Submitted.temporary(folder), 3);
        Stream<Path> ofExecutors = Files.walk(cluster.status().directory(), 7)) {
      return Stream.concat(
              ofDrivers.filter(path -> !path.equals(Submitted.temporary(folder))),
              ofExecutors.filter(path -> path.getFileName().toString().startsWith("blockmgr-")))
          .toList();
    } catch (UncheckedIOException vanished) {
      return List.of(folder);
    }
  }

  private static ProcessHandle executor(String worker) {
    List<ProcessHandle> executors = cluster.executors(worker);
    assertThat(executors).as("executors of " + worker).hasSize(1);
    return executors.get(0);
  }

  private static ProcessHandle daemon(String name) {
    return ProcessHandle.of(cluster.daemons().pid(name)).orElseThrow();
  }

  private static boolean daemonRuns(String name) {
    return cluster.daemons().status().daemons().stream()
        .anyMatch(daemon -> daemon.name().equals(name) && daemon.alive());
  }
}
