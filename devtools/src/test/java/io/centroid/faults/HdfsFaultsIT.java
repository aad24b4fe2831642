package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.Eventually;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.ClusterOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DataNodes and NameNode that are killed, stopped or have corrupted blocks while a run writes
 * checkpoints, on a cluster of two Spark Workers and three DataNodes. Drivers on Spark use the
 * development cluster's hdfs-site.xml; other drivers use Hadoop's default retries.
 */
@Tag("long")
class HdfsFaultsIT {
  private static final Duration LIMIT = TrainingCluster.LIMIT;
  private static final String MODEL = "model.hidden=[256,256]";
  private static final String EVERY_ROUND = "checkpoint.every-rounds=1";

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static HdfsProcesses hdfs;
  private static LocalDriver.Client client;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = TrainingCluster.start(folder, new ClusterOptions(2, 3, 1, "1g"));
    hdfs = new HdfsProcesses(cluster);
    client = new LocalDriver.Client(folder, cluster.status().hdfs(), "root", Map.of());
    expectedSha256 =
        cluster.embedded("compute.workers=local", "run.dir=" + folder.resolve("wide"), MODEL);
    try (LocalDriver train =
        LocalDriver.train(client, "run.dir=/runs/finished", MODEL, EVERY_ROUND)) {
      assertThat(train.sha256()).isEqualTo(expectedSha256);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void survivesADataNodeKilledDuringAWrite() throws Exception {
    String run = "runs/datanode";
    try (Submitted train = cluster.train("run.dir=" + run, MODEL, EVERY_ROUND)) {
      String victim = hdfs.stopDuringWrite(run, train::isAlive);
      long before = cluster.newestStep(run);
      long killed = System.nanoTime();
      hdfs.kill(victim);
      awaitCheckpointAfter(run, before, train::isAlive);
      report("12, one of 3 DataNodes killed during a write", "next checkpoint", killed);
      assertThat(train.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
      hdfs.requireIntact(run);
      cluster.daemons().restart(victim);
    }
    assertThat(cluster.rounds(run)).hasSize((int) TrainingCluster.ROUNDS);
  }

  @Test
  void survivesOneOfTwoDataNodesKilledDuringAWrite() throws Exception {
    String run = "/runs/two";
    hdfs.kill("datanode-3");
    try (LocalDriver train = LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      String victim = hdfs.stopDuringWrite(run, train::isAlive);
      long before = cluster.newestStep(run);
      long killed = System.nanoTime();
      hdfs.kill(victim);
      awaitCheckpointAfter(run, before, train::isAlive);
      report("12, one of 2 DataNodes killed during a write", "next checkpoint", killed);
      assertThat(train.sha256()).isEqualTo(expectedSha256);
      hdfs.requireIntact(run);
      cluster.daemons().restart(victim);
    } finally {
      cluster.daemons().restart("datanode-3");
    }
  }

  @Test
  void stopsWhenTheOnlyReplicaIsLostAndResumesWhenItIsBack() throws Exception {
    String run = "/runs/single";
    LocalDriver.Client single = client.with("dfs.replication", "1");
    String[] settings = {"run.dir=" + run, MODEL, EVERY_ROUND};
    String victim = "";
    try (LocalDriver first = LocalDriver.train(single, settings)) {
      victim = hdfs.stopDuringWrite(run, first::isAlive);
      long killed = System.nanoTime();
      hdfs.kill(victim);
      String line = first.failure(1);
      report("12, replication 1, the only holder killed during a write", "clean stop", killed);
      assertThat(line).contains(run).contains("hdfs dfsadmin -report");
    } finally {
      if (!victim.isEmpty()) {
        cluster.daemons().restart(victim);
      }
    }
    long saved = cluster.newestStep(run);
    try (LocalDriver second = LocalDriver.train(single, settings)) {
      assertThat(second.sha256()).isEqualTo(expectedSha256);
      if (saved > 0) {
        assertThat(second.errors()).contains("resuming from ");
      }
      hdfs.requireIntact(run);
    }
  }

  @Test
  void survivesADataNodeThatHangsDuringAWrite() throws Exception {
    String run = "/runs/hung";
    // The time-out stays at one minute: a client with a shorter time-out than the DataNodes
    // excludes the first DataNode, even if another one hangs.
    try (LocalDriver train = LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      String victim = hdfs.stopDuringWrite(run, train::isAlive);
      long stopped = System.nanoTime();
      try {
        long before = cluster.newestStep(run);
        awaitCheckpointAfter(run, before, train::isAlive);
        report("12, a DataNode hangs during a write (time-out 60 s)", "next checkpoint", stopped);
        assertThat(train.sha256()).isEqualTo(expectedSha256);
        hdfs.requireIntact(run);
      } finally {
        hdfs.signal("CONT", victim);
      }
    }
  }

  @Test
  void survivesANameNodeRestartDuringAWrite() throws Exception {
    String run = "runs/namenode";
    try (Submitted train = cluster.train("run.dir=" + run, MODEL, EVERY_ROUND)) {
      String datanode = hdfs.stopDuringWrite(run, train::isAlive);
      long before = cluster.newestStep(run);
      long killed = System.nanoTime();
      hdfs.kill("namenode");
      hdfs.signal("CONT", datanode);
      cluster.daemons().restart("namenode");
      report("13, NameNode killed during a write", "NameNode back", killed);
      awaitCheckpointAfter(run, before, train::isAlive);
      report("13, NameNode killed during a write", "next checkpoint", killed);
      assertThat(train.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
      hdfs.requireIntact(run);
    }
    assertThat(cluster.rounds(run)).hasSize((int) TrainingCluster.ROUNDS);
  }

  @Test
  void trainingAndEvaluationSurviveANameNodeOutageOf20Seconds() throws Exception {
    String run = "/runs/finished";
    String longer = "/runs/longer";
    String[] settings = {"run.dir=" + longer, MODEL, "checkpoint.every-rounds=5"};
    try (LocalDriver train = LocalDriver.train(client, settings)) {
      Eventually.await(
          "a checkpoint", LIMIT, () -> cluster.newestStep(longer) > 0 || !train.isAlive());
      assertThat(train.isAlive()).as(train.errors()).isTrue();
      long killed = System.nanoTime();
      hdfs.kill("namenode");
      try (LocalDriver evaluate = LocalDriver.evaluate(client, run)) {
        Eventually.await(
            "20 seconds without a NameNode",
            LIMIT,
            () -> System.nanoTime() - killed > Duration.ofSeconds(20).toNanos());
        cluster.daemons().restart("namenode");
        report("13, NameNode down during training and evaluation", "NameNode back", killed);
        assertThat(evaluate.json().path("accuracy").asDouble()).isGreaterThan(0.6);
        report("13, NameNode down during training and evaluation", "evaluated", killed);
        assertThat(train.sha256()).isEqualTo(expectedSha256);
        hdfs.requireIntact(longer);
      }
    }
  }

  @Test
  void corruptedReplicasAreSkippedWhileOneIsValid() throws Exception {
    String run = finished("/runs/replicas");
    org.apache.hadoop.fs.Path parameters = file(run, TrainingCluster.ROUNDS * 5);
    awaitReplicas(parameters, 3);
    List<List<Path>> replicas = hdfs.replicas(parameters);
    HdfsProcesses.corrupt(replicas.get(0));
    HdfsProcesses.corrupt(replicas.get(1));
    try (LocalDriver evaluate = LocalDriver.evaluate(client, run)) {
      assertThat(evaluate.json().path("accuracy").asDouble()).isGreaterThan(0.6);
      assertThat(evaluate.errors()).doesNotContain("skipped");
    }
    try (LocalDriver again = LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      assertThat(again.sha256()).isEqualTo(expectedSha256);
      assertThat(again.errors()).contains("is finished").doesNotContain("skipped");
    }
  }

  @Test
  void aCheckpointWithoutAValidReplicaIsSkipped() throws Exception {
    String run = finished("/runs/rotten");
    long last = TrainingCluster.ROUNDS * 5;
    corruptAll(file(run, last));
    String skipped = "skipped checkpoint " + cluster.status().hdfs() + run;
    try (LocalDriver evaluate = LocalDriver.evaluate(client, run)) {
      JsonNode report = evaluate.json();
      assertThat(report.path("accuracy").asDouble()).isGreaterThan(0.6);
      assertThat(evaluate.errors().lines().filter(line -> line.contains(skipped))).hasSize(1);
    }
    long started = System.nanoTime();
    try (LocalDriver again = LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      assertThat(again.sha256()).isEqualTo(expectedSha256);
      assertThat(again.errors().lines().filter(line -> line.contains(skipped))).hasSize(1);
      assertThat(again.errors()).contains("resuming from ", "step-%08d".formatted(last - 5));
      report(
          "14, all replicas of the newest checkpoint corrupted",
          "resumed, 1 round repeated",
          started);
    }
    hdfs.requireIntact(run);
    for (long step : List.of(last, last - 5, last - 10)) {
      corruptAll(file(run, step));
    }
    try (LocalDriver none = LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      // The best checkpoint may be older than the three newest and valid.
      if (none.exitCode() == 0) {
        assertThat(none.sha256()).isEqualTo(expectedSha256);
      } else {
        assertThat(none.failure(2)).contains(run).contains("no checkpoint can be read now");
      }
    }
  }

  @Test
  void dataWithoutAValidReplicaIsReportedInOneLine() throws Exception {
    HdfsProcesses.copy(cluster, "mnist", "/rotten");
    corruptAll(TrainingCluster.path("/rotten/train-images-idx3-ubyte"));
    try (LocalDriver train =
        LocalDriver.train(client, "run.dir=/runs/unread", "data.path=/rotten")) {
      assertThat(train.failure(1)).contains("/rotten/train-images-idx3-ubyte");
    }
    assertThat(cluster.hdfs().exists(TrainingCluster.path("/runs/unread"))).isFalse();
    try (Submitted train = cluster.train("run.dir=runs/unread", "data.path=/rotten")) {
      assertThat(train.exitCode()).as(train.errors()).isEqualTo(1);
      assertThat(train.errors()).contains("centroid: ").contains("train-images-idx3-ubyte");
      System.err.println(
          train.errors().lines().filter(line -> line.startsWith("centroid: ")).toList());
    }
  }

  /** Copies the finished run that was trained for all tests. */
  private static String finished(String run) throws Exception {
    HdfsProcesses.copy(cluster, "/runs/finished", run);
    return run;
  }

  private static org.apache.hadoop.fs.Path file(String run, long step) {
    return TrainingCluster.path(
        run + "/checkpoints/step-%08d/parameters.safetensors".formatted(step));
  }

  private static void corruptAll(org.apache.hadoop.fs.Path file) throws Exception {
    awaitReplicas(file, 3);
    for (List<Path> replica : hdfs.replicas(file)) {
      HdfsProcesses.corrupt(replica);
    }
  }

  private static void awaitReplicas(org.apache.hadoop.fs.Path file, int count) throws Exception {
    Eventually.await(
        count + " replicas of " + file, LIMIT, () -> hdfs.replicas(file).size() == count);
  }

  private static void awaitCheckpointAfter(
      String run, long step, java.util.concurrent.Callable<Boolean> alive) throws Exception {
    Eventually.await(
        "a checkpoint after step " + step + " of " + run,
        LIMIT,
        () -> cluster.newestStep(run) > step || !alive.call());
    assertThat(cluster.newestStep(run)).isGreaterThan(step);
  }

  private static void report(String fault, String what, long since) {
    System.err.printf(
        "fault %s: %s after %.1f s%n", fault, what, (System.nanoTime() - since) / 1e9);
  }
}
