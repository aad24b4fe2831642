package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Eventually;
import io.centroid.error.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One cluster for all tests, in a folder with a space in its name. */
class DevelopmentClusterIT {
  private static final ClusterOptions OPTIONS = new ClusterOptions(1, 1, 1, "1g");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private static Path temporary;

  private static Path directory;
  private static DevelopmentCluster cluster;
  private static ClusterStatus started;

  @BeforeAll
  static void start() {
    directory = temporary.resolve("a cluster");
    cluster = new DevelopmentCluster(CentroidHome.find(), directory, System.err::println);
    started = cluster.start(OPTIONS);
  }

  @AfterAll
  static void stopLeavesNoProcess() {
    List<Daemon> daemons = ClusterState.read(directory).orElseThrow().daemons();
    assertThat(daemons).allMatch(Daemon::isAlive);
    cluster.stop();
    assertThat(daemons).noneMatch(Daemon::isAlive);
    assertThat(cluster.status().running()).isFalse();
    cluster.purge();
    assertThat(directory).doesNotExist();
  }

  @Test
  void everyDaemonRunsInASeparateProcess() {
    assertThat(started.healthy()).isTrue();
    assertThat(started.daemons())
        .extracting(ClusterStatus.DaemonStatus::name)
        .containsExactly("namenode", "datanode-1", "master", "worker-1");
    assertThat(started.daemons())
        .extracting(ClusterStatus.DaemonStatus::pid)
        .doesNotHaveDuplicates();
    Daemon master = ClusterState.read(directory).orElseThrow().daemon("master");
    assertThat(Readiness.sparkReady(master, 1)).isTrue();
    assertThat(Readiness.sparkReady(master, 2)).isFalse();
  }

  @Test
  void aFileOnHdfsCanBeReadBack() throws Exception {
    writeAndRead("/before.txt");
  }

  @Test
  void startingAgainChangesNothing() {
    assertThat(cluster.start(OPTIONS)).isEqualTo(started);
    assertThatThrownBy(() -> cluster.start(new ClusterOptions(2, 1, 1, "1g")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("other options");
  }

  @Test
  void aKilledDataNodeIsReportedAndRestartsWithItsData() throws Exception {
    writeAndRead("/kept.txt");
    ProcessHandle datanode = ProcessHandle.of(cluster.pid("datanode-1")).orElseThrow();
    datanode.destroyForcibly();
    await(() -> !cluster.status().healthy());
    assertThat(cluster.status().daemons())
        .filteredOn(daemon -> !daemon.alive())
        .extracting(ClusterStatus.DaemonStatus::name)
        .containsExactly("datanode-1");
    assertThatThrownBy(() -> cluster.start(OPTIONS)).hasMessageContaining("datanode-1");

    cluster.restart("datanode-1");

    assertThat(cluster.status().healthy()).isTrue();
    assertThat(cluster.pid("datanode-1")).isNotEqualTo(datanode.pid());
    assertThat(read("/kept.txt")).isEqualTo("/kept.txt");
    assertThatThrownBy(() -> cluster.restart("datanode-1")).hasMessageContaining("is alive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namenode", "master", "worker-1"})
  void aKilledDaemonCanBeRestarted(String name) throws Exception {
    ProcessHandle.of(cluster.pid(name)).orElseThrow().destroyForcibly();
    await(() -> !cluster.status().healthy());
    cluster.restart(name);
    assertThat(cluster.status().healthy()).isTrue();
    // A DataNode rejects blocks until it has registered with the restarted NameNode.
    Eventually.await("a file on HDFS", LIMIT, () -> canWriteAndRead("/after-" + name + ".txt"));
  }

  @Test
  void submitReturnsOutputAndExitCodeOfTheCommand() throws Exception {
    Run version = submit("--version");
    assertThat(version.standardOutput()).containsPattern("^centroid \\S+ \\(Java \\d+\\)\\n$");
    assertThat(version.exitCode()).isZero();

    Run unknown = submit("frobnicate");
    assertThat(unknown.standardOutput()).isEmpty();
    assertThat(unknown.exitCode()).isEqualTo(2);
  }

  private static boolean canWriteAndRead(String path) throws Exception {
    try {
      writeAndRead(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void writeAndRead(String path) throws Exception {
    try (FileSystem hdfs = hdfs();
        OutputStream out = hdfs.create(new org.apache.hadoop.fs.Path(path))) {
      out.write(path.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(read(path)).isEqualTo(path);
  }

  private static String read(String path) throws IOException {
    try (FileSystem hdfs = hdfs();
        var in = hdfs.open(new org.apache.hadoop.fs.Path(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static FileSystem hdfs() throws IOException {
    Configuration configuration = new Configuration();
    configuration.addResource(cluster.configuration().resolve("core-site.xml").toUri().toURL());
    configuration.addResource(cluster.configuration().resolve("hdfs-site.xml").toUri().toURL());
    return FileSystem.newInstance(URI.create(started.hdfs()), configuration);
  }

  private record Run(int exitCode, String standardOutput) {}

  private static Run submit(String command) throws Exception {
    CentroidHome home = CentroidHome.find();
    Path errors = temporary.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.jvmOptions(),
                "-Xmx512m",
                "-D" + CentroidHome.PROPERTY + "=" + home.root(),
                "-cp",
                home.classPath(),
                "io.centroid.devtools.Developer",
                "submit",
                "--cluster-dir",
                directory.toString(),
                command)
            .redirectError(errors.toFile())
            .start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(line -> output.append(line).append('\n'));
    }
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .as(() -> "submit ends: " + errors)
        .isTrue();
    if (process.exitValue() != 0) {
      assertThat(Files.readString(errors)).startsWith("centroid: ");
    }
    return new Run(process.exitValue(), output.toString());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + LIMIT).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
