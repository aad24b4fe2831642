package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.Eventually;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.HaltingWriter;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.ClusterOptions;
import io.centroid.error.ExitCode;
import io.centroid.io.storage.CommitProtocol;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drivers that are killed during a commit, and two drivers with the same run.dir, in separate
 * processes on HDFS.
 */
@Tag("long")
class CommitFaultsIT {
  private static final long OLD = 100;
  private static final long NEW = 150;
  private static final String REFERENCE = "/runs/reference";

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static FileSystem hdfs;

  @BeforeAll
  static void start() throws Exception {
    cluster = TrainingCluster.start(folder, new ClusterOptions(1, 1, 1, "1g"));
    hdfs = cluster.hdfs();
    cluster.embedded("compute.workers=local", "run.dir=" + uri(REFERENCE), "checkpoint.keep=100");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  static Stream<Arguments> deaths() {
    return Stream.of(
        arguments(CommitProtocol.RENAME, "AFTER_FILES", OLD),
        arguments(CommitProtocol.RENAME, "AFTER_MANIFEST", OLD),
        arguments(CommitProtocol.RENAME, "AFTER_RENAME", NEW),
        arguments(CommitProtocol.MANIFEST_LAST, "AFTER_FILES", OLD),
        arguments(CommitProtocol.MANIFEST_LAST, "AFTER_MANIFEST", NEW));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void aDriverKilledDuringACommitLeavesTheOldOrTheNewCheckpoint(
      CommitProtocol protocol, String death, long visible) throws Exception {
    String run = "/runs/" + protocol + "-" + death;
    assertThat(commit(OLD, run, protocol, "none")).isZero();
    assertThat(commit(NEW, run, protocol, death)).isEqualTo(HaltingWriter.HALTED);

    StoredCheckpoint newest = store(run, protocol).newest().orElseThrow();
    assertThat(newest.step()).isEqualTo(visible);
    assertThat(newest.manifest().files())
        .isEqualTo(
            store(REFERENCE, protocol).listUnverified().stream()
                .filter(checkpoint -> checkpoint.step() == visible)
                .findFirst()
                .orElseThrow()
                .manifest()
                .files());

    String commit = protocol == CommitProtocol.RENAME ? "rename" : "manifest-last";
    assertThat(
            cluster.embedded(
                "compute.workers=local",
                "run.dir=" + uri(run),
                "checkpoint.keep=100",
                "checkpoint.commit=" + commit))
        .isEqualTo(cluster.expectedSha256());
    assertThat(names(run)).isEqualTo(namesOf(OLD, visible));
  }

  @Test
  void aSecondDriverIsRejectedWhileTheFirstIsAlive() throws Exception {
    String run = "runs/twice";
    try (Submitted first = cluster.train("run.dir=" + run)) {
      cluster.awaitCheckpoint(first, run);
      // A stopped process is alive, and only the second one could change files.
      long pid = first.driver().pid();
      signal("STOP", pid);
      List<String> before = listing(run);
      try (Submitted second = cluster.train("run.dir=" + run)) {
        assertThat(second.exitCode()).as(second.errors()).isEqualTo(ExitCode.FAILED);
        assertThat(second.output()).isEmpty();
        assertThat(second.errors().lines().filter(line -> line.startsWith("centroid: ")))
            .singleElement()
            .asString()
            .contains("/runs/twice is in use by process " + pid + " on ")
            .contains("(it is running on this machine)");
      } finally {
        assertThat(listing(run)).isEqualTo(before);
        signal("CONT", pid);
      }
      assertThat(first.json().path("parametersSha256").asText())
          .isEqualTo(cluster.expectedSha256());
    }
    assertThat(cluster.rounds(run)).isEqualTo(allRounds());
  }

  @Test
  void aStoppedDriverIsFencedAfterItsLeaseWasLost() throws Exception {
    List<String> elsewhere = List.of("unshare", "--pid", "--fork", "--mount-proc");
    assumeThat(runs(elsewhere)).as("may start processes in a namespace of their own").isTrue();
    String run = "runs/fenced";
    String[] settings = {"run.dir=" + run, "checkpoint.lease-timeout=3s"};
    try (Submitted first = cluster.train(settings)) {
      cluster.awaitCheckpoint(first, run);
      long pid = first.driver().pid();
      signal("STOP", pid);
      try (Submitted second =
          cluster.trainWithin(
              elsewhere,
              "run.dir=" + hdfs.makeQualified(TrainingCluster.path(run)),
              settings[1],
              "checkpoint.keep=100")) {
        JsonNode result = second.json();
        assertThat(result.path("parametersSha256").asText()).isEqualTo(cluster.expectedSha256());
        assertThat(second.errors())
            .contains("is not visible from this machine: waiting 3 s for a heartbeat")
            .contains("sent no heartbeat for 3 s: taking over the lease")
            .contains("resuming from ");
      } finally {
        signal("CONT", pid);
      }
      List<String> after = listing(run);
      assertThat(first.exitCode()).as(first.errors()).isEqualTo(ExitCode.FAILED);
      assertThat(first.errors().lines().filter(line -> line.startsWith("centroid: ")))
          .singleElement()
          .asString()
          .contains("another writer took over ")
          .contains("fencing token 2 is above 1, held by process ");
      assertThat(listing(run)).isEqualTo(after);
    }
    List<StoredCheckpoint> left = store(run, CommitProtocol.RENAME).listUnverified();
    assertThat(left).extracting(checkpoint -> checkpoint.manifest().fencingToken()).isSorted();
    assertThat(left.get(left.size() - 1).manifest().fencingToken()).isEqualTo(2);
    assertThat(cluster.rounds(run)).isEqualTo(allRounds());
    assertThat(names(run)).allMatch(name -> name.startsWith("step-"));
  }

  /** Commits a checkpoint of the reference run to another run in a separate process. */
  private static int commit(long step, String run, CommitProtocol protocol, String death)
      throws Exception {
    Path log = folder.resolve("halting.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                HaltingWriter.class.getName(),
                cluster.daemons().configuration().toString(),
                uri(REFERENCE) + "/checkpoints/step-%08d".formatted(step),
                uri(run),
                protocol.name(),
                death)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(TrainingCluster.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isIn(0, HaltingWriter.HALTED);
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean runs(List<String> within) throws Exception {
    try {
      return new ProcessBuilder(Stream.concat(within.stream(), Stream.of("true")).toList())
              .redirectErrorStream(true)
              .redirectOutput(new File("/dev/null"))
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
    if (name.equals("STOP")) {
      Path stat = Path.of("/proc", String.valueOf(pid), "stat");
      Eventually.await(
          "the process is stopped",
          TrainingCluster.LIMIT,
          () -> Files.readString(stat).contains(") T "));
    }
  }

  /** Every file of a run with its length and modification time, except for heartbeats. */
  private static List<String> listing(String run) throws IOException {
    List<String> found = new ArrayList<>();
    var files = hdfs.listFiles(TrainingCluster.path(run), true);
    while (files.hasNext()) {
      var file = files.next();
      if (!file.getPath().getName().startsWith("heartbeat-")) {
        found.add(file.getPath() + " " + file.getLen() + " " + file.getModificationTime());
      }
    }
    return found.stream().sorted().toList();
  }

  /** Folders of a run's checkpoints. */
  private static List<String> names(String run) throws IOException {
    return Arrays.stream(hdfs.listStatus(TrainingCluster.path(run + "/checkpoints")))
        .map(status -> status.getPath().getName())
        .filter(name -> !name.equals(".leases"))
        .sorted()
        .toList();
  }

  /** Checkpoints of a run that had a first and a second checkpoint and resumed from the second. */
  private static List<String> namesOf(long first, long second) throws IOException {
    String name = "step-%08d";
    return names(REFERENCE).stream()
        .filter(
            step ->
                step.equals(name.formatted(first)) || step.compareTo(name.formatted(second)) >= 0)
        .toList();
  }

  private static CheckpointStore store(String run, CommitProtocol protocol) throws IOException {
    return CheckpointStore.of(
        hdfs.makeQualified(TrainingCluster.path(run)),
        cluster.configuration(),
        protocol,
        CheckpointListener.LOGGED);
  }

  private static List<Long> allRounds() {
    return Stream.iterate(1L, i -> i + 1).limit(TrainingCluster.ROUNDS).toList();
  }

  private static String uri(String run) {
    return cluster.status().hdfs() + run;
  }
}
