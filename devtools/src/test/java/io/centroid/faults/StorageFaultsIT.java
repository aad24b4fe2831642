package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Eventually;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.TrainingCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Storage failures: quota, safe mode, permissions and a full disk. After each failure the same
 * command must resume and end bitwise identical.
 */
@ExtendWith(SharedCluster.class)
class StorageFaultsIT {
  private static final String MODEL = "model.hidden=[256,256]";
  private static final String EVERY_ROUND = "checkpoint.every-rounds=1";

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static DistributedFileSystem hdfs;
  private static HdfsProcesses daemons;
  private static LocalDriver.Client client;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start(TrainingCluster shared) throws Exception {
    cluster = shared;
    hdfs = (DistributedFileSystem) cluster.hdfs();
    daemons = new HdfsProcesses(cluster);
    client = new LocalDriver.Client(cluster.folder(), cluster.status().hdfs(), "root", Map.of());
    expectedSha256 =
        cluster.embedded("compute.workers=local", "run.dir=" + folder.resolve("wide"), MODEL);
  }

  @Test
  void anExhaustedSpaceQuotaStopsTheRun() throws Exception {
    String run = "/quota/space";
    hdfs.mkdirs(TrainingCluster.path("/quota"));
    requireStopAndResume(
        run,
        client,
        () -> hdfs.setQuota(TrainingCluster.path("/quota"), HdfsConstants.QUOTA_DONT_SET, 64 << 20),
        () ->
            hdfs.setQuota(
                TrainingCluster.path("/quota"),
                HdfsConstants.QUOTA_DONT_SET,
                HdfsConstants.QUOTA_RESET),
        "The DiskSpace quota of /quota is exceeded",
        "hdfs dfsadmin -setSpaceQuota");
  }

  @Tag("long")
  @Test
  void anExhaustedNameQuotaStopsTheRun() throws Exception {
    String run = "/names/run";
    hdfs.mkdirs(TrainingCluster.path("/names"));
    hdfs.setQuota(TrainingCluster.path("/names"), 1, HdfsConstants.QUOTA_DONT_SET);
    try (LocalDriver refused = train(run)) {
      assertThat(refused.failure(2))
          .contains("run.dir: cannot create", "The NameSpace quota", "-setQuota");
    }
    assertThat(hdfs.exists(TrainingCluster.path(run))).isFalse();
    hdfs.setQuota(
        TrainingCluster.path("/names"), HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_DONT_SET);
    requireStopAndResume(
        run,
        client,
        () -> hdfs.setQuota(TrainingCluster.path("/names"), 10, HdfsConstants.QUOTA_DONT_SET),
        () ->
            hdfs.setQuota(
                TrainingCluster.path("/names"),
                HdfsConstants.QUOTA_RESET,
                HdfsConstants.QUOTA_DONT_SET),
        "The NameSpace quota",
        "-setQuota");
  }

  /** Tagged long, since it waits until the client's retries are exhausted. */
  @Tag("long")
  @Test
  void aRunWaitsForTheEndOfSafeModeUpToALimit() throws Exception {
    String run = "/runs/waited";
    try (LocalDriver train = train(run)) {
      awaitCheckpoint(run, train);
      long entered = System.nanoTime();
      hdfs.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_ENTER);
      Eventually.await(
          "5 seconds of safe mode",
          TrainingCluster.LIMIT,
          () -> System.nanoTime() - entered > 5_000_000_000L);
      long before = cluster.newestStep(run);
      assertThat(train.isAlive()).as(train.errors()).isTrue();
      hdfs.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_LEAVE);
      Eventually.await(
          "another checkpoint",
          TrainingCluster.LIMIT,
          () -> cluster.newestStep(run) > before || !train.isAlive());
      report("16, safe mode for 5 s", "next checkpoint", entered);
      assertThat(train.sha256()).isEqualTo(expectedSha256);
      daemons.requireIntact(run);
    }
    requireStopAndResume(
        "/runs/safemode",
        client.with("dfs.client.retry.policy.spec", "500,6"),
        () -> hdfs.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_ENTER),
        () -> hdfs.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_LEAVE),
        "safe mode",
        "hdfs dfsadmin -safemode get");
  }

  @Test
  void missingOrRevokedPermissionsStopTheRun() throws Exception {
    LocalDriver.Client alice = client.as("alice");
    hdfs.setPermission(TrainingCluster.path("/user"), new FsPermission((short) 0755));
    hdfs.setPermission(TrainingCluster.path("/user/root"), new FsPermission((short) 0755));
    hdfs.mkdirs(TrainingCluster.path("/closed"), new FsPermission((short) 0755));
    try (LocalDriver refused =
        LocalDriver.train(alice, "run.dir=/closed/run", MODEL, EVERY_ROUND)) {
      assertThat(refused.failure(2))
          .contains("run.dir: cannot create", "Permission denied: user=alice", "name another");
    }
    assertThat(hdfs.listStatus(TrainingCluster.path("/closed"))).isEmpty();
    String run = "/alice/run";
    org.apache.hadoop.fs.Path checkpoints = TrainingCluster.path(run + "/checkpoints");
    hdfs.mkdirs(TrainingCluster.path("/alice"));
    hdfs.setOwner(TrainingCluster.path("/alice"), "alice", "alice");
    requireStopAndResume(
        run,
        alice,
        () -> hdfs.setPermission(checkpoints, new FsPermission((short) 0555)),
        () -> hdfs.setPermission(checkpoints, new FsPermission((short) 0755)),
        "Permission denied: user=alice",
        "give this user the right");
  }

  @Test
  void aFullLocalDiskStopsTheRun() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", disk.toString()) == 0,
        "a small tmpfs can be mounted (by root)");
    try {
      String dir = "file://" + disk.resolve("run");
      long started = System.nanoTime();
      try (LocalDriver full = train(dir)) {
        assertThat(full.failure(1))
            // A checkpoint is written on a thread of its own: either finds the full disk first.
            .containsPattern("cannot (commit checkpoint|write) .*/run/")
            .contains("No space left on device; free space there");
      }
      report("16, local disk full", "clean stop (from the command's start)", started);
      try (var files = Files.list(disk.resolve("run/checkpoints"))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(name -> name.startsWith(".inprogress-"))
            .anyMatch(name -> name.startsWith("step-"));
      }
      assertThat(run("mount", "-o", "remount,size=200m", disk.toString())).isZero();
      try (LocalDriver again = train(dir)) {
        assertThat(again.sha256()).isEqualTo(expectedSha256);
        assertThat(again.errors()).contains("resuming from ").doesNotContain("skipped");
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  /** A change of the file system during a run. */
  private interface Change {
    void make() throws Exception;
  }

  private static void requireStopAndResume(
      String run, LocalDriver.Client who, Change fault, Change repair, String what, String advice)
      throws Exception {
    try (LocalDriver first = LocalDriver.train(who, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      awaitCheckpoint(run, first);
      long since = System.nanoTime();
      fault.make();
      String line;
      try {
        line = first.failure(1);
      } finally {
        repair.make();
      }
      report("16, " + what, "clean stop", since);
      assertThat(line).contains(what, advice);
    }
    long kept = cluster.newestStep(run);
    assertThat(kept).isPositive();
    // The next writer removes unfinished checkpoints. Committed checkpoints are complete.
    try (LocalDriver second = LocalDriver.train(who, "run.dir=" + run, MODEL, EVERY_ROUND)) {
      assertThat(second.sha256()).isEqualTo(expectedSha256);
      assertThat(second.errors())
          .contains("resuming from ", "step-%08d:".formatted(kept))
          .doesNotContain("skipped");
    }
    daemons.requireIntact(run);
  }

  private static LocalDriver train(String run) throws Exception {
    return LocalDriver.train(client, "run.dir=" + run, MODEL, EVERY_ROUND);
  }

  private static void awaitCheckpoint(String run, LocalDriver train) throws Exception {
    Eventually.await(
        "a checkpoint in " + run,
        TrainingCluster.LIMIT,
        () -> cluster.newestStep(run) > 0 || !train.isAlive());
    assertThat(train.isAlive()).as(train.errors()).isTrue();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void report(String fault, String what, long since) {
    System.err.printf(
        "fault %s: %s after %.1f s%n", fault, what, (System.nanoTime() - since) / 1e9);
  }
}
