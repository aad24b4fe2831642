package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.devtools.Developer;
import io.centroid.error.ExitCode;
import io.centroid.io.storage.CommitProtocol;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A development cluster with authentication and encryption: processes without its secret are
 * rejected, and its network traffic is unreadable.
 */
@Tag("long")
class SecureClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ClusterOptions OPTIONS = new ClusterOptions(2, 1, 1, "1g");

  private static final List<String> TRAIN =
      List.of(
          "train",
          "--json",
          "--set=data.digits.train=2000",
          "--set=data.digits.test=100",
          "--set=model.hidden=[32]",
          "--set=train.workers=2",
          "--set=train.local-steps=10",
          "--set=train.steps=60",
          "--set=train.batch-size=16",
          "--set=checkpoint.every-rounds=1",
          "--set=checkpoint.keep=10");

  @TempDir private static Path folder;

  private static Path directory;
  private static DevelopmentCluster cluster;
  private static ClusterStatus status;

  @BeforeAll
  static void start() {
    directory = folder.resolve("secure");
    cluster = new DevelopmentCluster(CentroidHome.find(), directory, System.err::println);
    status = cluster.start(OPTIONS.secured());
  }

  @AfterAll
  static void stop() {
    cluster.purge();
  }

  @Test
  void onlyTheOwnerCanReadTheFileWithTheSecret() throws Exception {
    Path file = cluster.configuration().resolve("spark-defaults.conf");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(secret()).matches("[0-9a-f]{64}");
  }

  @Test
  void trafficIsReadableOnlyWithoutEncryption() throws Exception {
    String expected = embedded();
    Path open = folder.resolve("open");
    DevelopmentCluster unprotected =
        new DevelopmentCluster(CentroidHome.find(), open, System.err::println);
    try {
      ClusterStatus started = unprotected.start(new ClusterOptions(1, 1, 2, "1g"));
      Recorded recorded = trainThroughProxies(open, started, unprotected);
      assertThat(recorded.sha256()).isEqualTo(expected);
      assertThat(recorded.classNames()).as("class names in clear").isTrue();
      assertThat(recorded.parameters()).as("parameters in clear").isTrue();
    } finally {
      unprotected.purge();
    }
    Recorded recorded = trainThroughProxies(directory, status, cluster);
    assertThat(recorded.sha256()).isEqualTo(expected);
    assertThat(recorded.bytes()).as("bytes through the proxies").isGreaterThan(500_000);
    assertThat(recorded.classNames()).as("class names in clear").isFalse();
    assertThat(recorded.parameters()).as("parameters in clear").isFalse();
  }

  @ParameterizedTest
  @CsvSource({"open, false", "wrong, true"})
  void aDriverWithoutTheSecretIsRejectedInOneLine(String kind, String authenticates)
      throws Exception {
    Path withoutSecret = withoutSecret(kind);
    long started = System.nanoTime();
    try (Submitted refused = Submitted.start(folder, withoutSecret, TRAIN)) {
      assertThat(refused.exitCode()).as(refused::errors).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(refused.output()).isEmpty();
      assertThat(refused.errors().lines().filter(line -> line.startsWith("centroid: ")))
          .containsExactly(
              ("centroid: the Spark Master at %s rejects this application: spark.authenticate"
                      + " (here %s) and spark.authenticate.secret must match those of the Master,"
                      + " and both must run the same Spark version")
                  .formatted(status.master(), authenticates));
      assertThat(refused.errors()).doesNotContain("\tat ");
    }
    // Spark retries for a minute.
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMinutes(3));
  }

  @Test
  void aWorkerWithoutTheSecretIsRejected() throws Exception {
    List<Process> rogues = new ArrayList<>();
    try {
      for (String kind : List.of("open", "wrong")) {
        rogues.add(worker(kind));
      }
      Eventually.await(
          "the Master refuses one without a secret and one with a wrong one",
          LIMIT,
          () ->
              log("open").contains("Unknown challenge message")
                  && log("wrong").contains("Authentication failed"));
      try (Submitted train = Submitted.start(folder, directory, run("with-rogues"))) {
        assertThat(train.json().path("parametersSha256").asText()).isEqualTo(embedded());
      }
      JsonNode master = JSON.readTree(read(page("master") + "/json/"));
      assertThat(master.path("aliveworkers").asInt()).isEqualTo(2);
      assertThat(master.path("workers"))
          .extracting(worker -> worker.path("webuiaddress").asText())
          .containsExactlyInAnyOrder(page("worker-1"), page("worker-2"));
      for (String kind : List.of("open", "wrong")) {
        assertThat(log(kind)).doesNotContain("Successfully registered", "Asked to launch executor");
        try (Stream<Path> work = Files.list(folder.resolve("work-" + kind))) {
          assertThat(work).isEmpty();
        }
      }
    } finally {
      rogues.forEach(Process::destroyForcibly);
    }
  }

  /** What a proxy in front of the driver recorded. */
  private record Recorded(String sha256, boolean classNames, boolean parameters, long bytes) {}

  private static Recorded trainThroughProxies(
      Path cluster, ClusterStatus status, DevelopmentCluster of) throws Exception {
    try (RecordingProxy rpc = new RecordingProxy();
        RecordingProxy blocks = new RecordingProxy()) {
      List<String> line = new ArrayList<>();
      for (String property :
          List.of(
              "spark.driver.bindAddress=127.0.0.1",
              "spark.driver.host=" + RecordingProxy.address(),
              "spark.driver.port=" + rpc.port(),
              "spark.driver.blockManager.port=" + blocks.port())) {
        line.addAll(List.of("--conf", property));
      }
      line.addAll(run("recorded"));
      String sha256;
      try (Submitted train = Submitted.start(folder, cluster, line)) {
        sha256 = train.json().path("parametersSha256").asText();
      }
      byte[] parameters = broadcastParameters(status, of);
      byte[] names = "io.centroid.spark".getBytes(StandardCharsets.US_ASCII);
      return new Recorded(
          sha256,
          rpc.saw(names) || blocks.saw(names),
          rpc.saw(parameters) || blocks.saw(parameters),
          rpc.bytes() + blocks.bytes());
    }
  }

  /** Sixteen parameters of an intermediate round as written by Java serialization. */
  private static byte[] broadcastParameters(ClusterStatus status, DevelopmentCluster of)
      throws IOException {
    Configuration configuration = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      configuration.addResource(of.configuration().resolve(name).toUri().toURL());
    }
    String home = "/user/" + System.getProperty("user.name");
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(status.hdfs() + home + "/runs/recorded"),
            configuration,
            CommitProtocol.RENAME,
            (checkpoint, reason) -> {});
    StoredCheckpoint middle =
        store.listUnverified().stream()
            .filter(found -> found.step() == 30)
            .findFirst()
            .orElseThrow();
    float[] parameters = middle.parameters();
    ByteBuffer bytes = ByteBuffer.allocate(16 * Float.BYTES);
    // Biases and the weights of the margin's pixels may be zero or unchanged.
    for (int i = 0; i < 16; i++) {
      bytes.putFloat(parameters[parameters.length / 2 + i]);
    }
    return bytes.array();
  }

  private static List<String> run(String name) {
    List<String> line = new ArrayList<>(TRAIN);
    line.add("--set=run.dir=runs/" + name);
    return line;
  }

  private static String embedded() throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> line = new ArrayList<>(TRAIN);
    line.add("--set=compute.workers=local");
    line.add("--set=run.dir=" + Files.createTempDirectory(folder, "threads"));
    int exitCode =
        Developer.run(
            new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    assertThat(exitCode).as(err.toString()).isZero();
    return JSON.readTree(out.toString()).path("parametersSha256").asText();
  }

  private static String secret() throws IOException {
    Path file = cluster.configuration().resolve("spark-defaults.conf");
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("spark.authenticate.secret "))
        .map(line -> line.substring(line.indexOf(' ')).strip())
        .findFirst()
        .orElseThrow();
  }

  /** Copy of the cluster's configuration without its secret or with a wrong one. */
  private static Path withoutSecret(String kind) throws IOException {
    Path copy = folder.resolve(kind + "-view");
    Files.createDirectories(copy.resolve("conf"));
    Files.writeString(
        copy.resolve("cluster.json"), Files.readString(directory.resolve("cluster.json")));
    Path conf = cluster.configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml", "log4j2.properties")) {
      Files.writeString(copy.resolve("conf").resolve(name), Files.readString(conf.resolve(name)));
    }
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(conf.resolve("spark-defaults.conf"))) {
      if (kind.equals("wrong")) {
        lines.add(line.replace(secret(), "f00d".repeat(16)));
      } else if (!line.matches("spark[.](authenticate|network[.]crypto|io[.]encryption).*")) {
        lines.add(line);
      }
    }
    Files.write(copy.resolve("conf/spark-defaults.conf"), lines);
    return copy;
  }

  private static Process worker(String kind) throws IOException {
    CentroidHome home = CentroidHome.find();
    Path conf = withoutSecret(kind).resolve("conf");
    Path work = Files.createDirectories(folder.resolve("work-" + kind));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.jvmOptions(),
                "-Xmx512m",
                "-cp",
                conf + File.pathSeparator + home.sparkJars() + "/*",
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "4",
                "--memory",
                "1g",
                "--work-dir",
                work.toString(),
                status.master())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("worker-" + kind + ".log").toFile());
    builder.environment().put("SPARK_HOME", home.sparkHome().toString());
    builder.environment().put("SPARK_CONF_DIR", conf.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  private static String log(String kind) throws IOException {
    return Files.readString(folder.resolve("worker-" + kind + ".log"), StandardCharsets.ISO_8859_1);
  }

  private static String page(String daemon) {
    return status.daemons().stream()
        .filter(found -> found.name().equals(daemon))
        .map(ClusterStatus.DaemonStatus::page)
        .findFirst()
        .orElseThrow();
  }

  private static String read(String url) throws IOException {
    try (var in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
