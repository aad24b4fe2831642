package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.DrawnDigits;
import io.centroid.Eventually;
import io.centroid.InputException;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.CommitProtocol;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.OvertakenException;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.data.Split;
import io.centroid.safetensors.TensorSlice;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training on real daemons, with each driver a process of its own: one cluster of two Spark Workers
 * and HDFS for all tests. What every run must end with is computed in this JVM, on the same files.
 */
class ClusterTrainingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final int TRAIN = 4_000;
  private static final int TEST = 500;

  /** Long enough to be killed in the middle; every kind of state travels. */
  private static final String CONFIGURATION =
      """
      data { format = idx, path = mnist, classes = 10 }
      model { hidden = [32] }
      train {
        workers = 4, local-steps = 5, steps = 300, batch-size = 8, inner-state = keep
      }
      optimizer { name = nesterov, rate = 0.02, schedule { name = cosine, warmup-steps = 20 } }
      checkpoint { every-rounds = 10 }
      """;

  private static final long ROUNDS = 60;

  @TempDir private static Path folder;

  private static Path directory;
  private static DevelopmentCluster cluster;
  private static ClusterStatus status;
  private static FileSystem hdfs;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start() throws Exception {
    directory = folder.resolve("cluster");
    cluster = new DevelopmentCluster(CentroidHome.find(), directory, System.err::println);
    status = cluster.start(new ClusterOptions(2, 1, 1, "1g"));
    hdfs = FileSystem.newInstance(URI.create(status.hdfs()), configuration());
    Path local = folder.resolve("mnist");
    digits("train", Split.TRAIN, TRAIN).writeIdx(local, "train");
    digits("t10k", Split.TEST, TEST).writeIdx(local, "t10k");
    hdfs.mkdirs(hdfs.getHomeDirectory());
    hdfs.copyFromLocalFile(path(local.toString()), path("mnist"));
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/cluster.conf"), CONFIGURATION);
    expectedSha256 = embedded("compute.workers=local", "run.dir=" + folder.resolve("threads"));
  }

  @AfterAll
  static void stop() throws Exception {
    hdfs.close();
    cluster.purge();
  }

  @Test
  void anEmbeddedSparkEndsWithTheBitsOfThreads() throws Exception {
    assertThat(embedded("spark.master=local[2]", "run.dir=" + folder.resolve("spark")))
        .isEqualTo(expectedSha256);
  }

  @Test
  void anyNumberOfExecutorsEndsWithTheSameBits() throws Exception {
    try (Submitted two = train("run.dir=runs/two")) {
      JsonNode result = two.json();
      assertThat(result.path("parametersSha256").asText()).isEqualTo(expectedSha256);
      // A relative path is one of the cluster's file system.
      assertThat(result.path("runDir").asText())
          .isEqualTo(status.hdfs() + hdfs.getHomeDirectory().toUri().getPath() + "/runs/two");
      assertThat(two.errors()).contains("training, ", "validation accuracy").doesNotContain("{\"");
      assertThat(hdfs.exists(path("runs/two/effective.conf"))).isTrue();
      assertThat(hdfs.exists(path("runs/two/result.json"))).isTrue();
    }
    try (Submitted one =
        submit(
            List.of("--total-executor-cores", "1"),
            "train",
            "conf/cluster.conf",
            "--json",
            "--set",
            "run.dir=" + status.hdfs() + "/runs/one")) {
      assertThat(one.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
    }
  }

  @Test
  void aKilledDriversRunGoesOnToTheSameBits() throws Exception {
    String run = "runs/killed";
    try (Submitted first = train("run.dir=" + run)) {
      awaitCheckpoint(first, run);
      first.killDriver();
    }
    assertThat(hdfs.exists(path(run + "/result.json"))).as("finished before the kill").isFalse();
    try (Submitted second = train("run.dir=" + run)) {
      assertThat(second.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
      assertThat(second.errors()).contains("resuming from ");
    }
    assertThat(rounds(run)).isEqualTo(Stream.iterate(1L, i -> i + 1).limit(ROUNDS).toList());
    assertThat(Arrays.stream(hdfs.listStatus(path(run + "/checkpoints"))))
        .extracting(file -> file.getPath().getName())
        .noneMatch(name -> name.startsWith(".inprogress-"));
  }

  @Test
  void aKilledExecutorsShardsAreReadAgainElsewhere() throws Exception {
    String run = "runs/executor";
    try (Submitted train = train("run.dir=" + run)) {
      awaitCheckpoint(train, run);
      List<ProcessHandle> executors = executors();
      assertThat(executors).hasSize(2);
      assertThat(executors.get(0).destroyForcibly()).isTrue();
      assertThat(train.isAlive()).isTrue();
      assertThat(train.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
    }
    assertThat(rounds(run)).hasSize((int) ROUNDS);
  }

  @Test
  void theDriverHoldsNoExample() throws Exception {
    int count = 510_000;
    long bytes = (long) count * DrawnDigits.SIZE;
    writeLargePair("large", count);
    long before = bytesReadByDataNode();
    try (Submitted train =
        submit(
            // The driver has less heap than the data; Spark itself would ask for 450 MB.
            List.of("--driver-memory", "256m", "--conf", "spark.testing.reservedMemory=104857600"),
            "train",
            "--json",
            "--set",
            "run.dir=runs/large",
            "--set",
            "data.format=idx",
            "--set",
            "data.path=large",
            "--set",
            "data.validation-split=0",
            "--set",
            "train.workers=2",
            "--set",
            "train.local-steps=10",
            "--set",
            "train.steps=20")) {
      assertThat(train.json().path("step").asLong()).isEqualTo(20);
      assertThat(train.errors()).contains("510,000 training");
    }
    // Each worker took its own half, and the DataNode sent no more than that.
    assertThat(bytesReadByDataNode() - before).isBetween(bytes, bytes * 13 / 10);
    hdfs.delete(path("large"), true);
  }

  @Test
  void aThousandRoundsDoNotMakeAnExecutorGrow() throws Exception {
    String run = "runs/long";
    List<Long> early = new ArrayList<>();
    List<Long> earlyHeap = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    List<Long> lateHeap = new ArrayList<>();
    long started = System.nanoTime();
    try (Submitted train =
        train(
            // The whole heap is resident from the start: what grows then is outside of it.
            List.of("--conf", "spark.executor.extraJavaOptions=-Xms1g -XX:+AlwaysPreTouch"),
            "run.dir=" + run,
            "compute.native-memory=1GiB",
            "model.hidden=[128]",
            "train.workers=2",
            "train.inner-state=average",
            "train.local-steps=1",
            "train.steps=1000",
            "data.validation-split=0",
            "checkpoint.every-rounds=100")) {
      Eventually.await("200 rounds", LIMIT, () -> newestStep(run) >= 200 || !train.isAlive());
      sample(early, earlyHeap);
      Eventually.await("900 rounds", LIMIT, () -> newestStep(run) >= 900 || !train.isAlive());
      sample(late, lateHeap);
      assertThat(train.json().path("rounds").asLong()).isEqualTo(1000);
    }
    System.err.printf(
        "1,000 rounds in %d s; kB resident %s, then %s; bytes of heap in use %s, then %s%n",
        Duration.ofNanos(System.nanoTime() - started).toSeconds(),
        early,
        late,
        earlyHeap,
        lateHeap);
    assertThat(early).hasSize(2);
    assertThat(late).hasSize(2);
    for (int i = 0; i < 2; i++) {
      // One leaked vector of the parameters a round would be 280 MB.
      assertThat(late.get(i)).isLessThan(early.get(i) + (64 << 10));
      assertThat(lateHeap.get(i)).isLessThan(earlyHeap.get(i) + (20 << 20));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondWriterFencesTheFirst(CommitProtocol protocol) throws Exception {
    CheckpointStore store = store("/fenced-" + protocol, protocol, (checkpoint, reason) -> {});
    CheckpointWriter first = store.writer(Retention.last(3));
    save(first, 10, 1);
    CheckpointWriter second = store.writer(Retention.last(3));
    assertThatThrownBy(() -> save(first, 20, 2)).isInstanceOf(OvertakenException.class);
    save(second, 20, 3);
    assertThatThrownBy(() -> save(first, 30, 4)).isInstanceOf(OvertakenException.class);
    StoredCheckpoint newest = store.newest().orElseThrow();
    assertThat(newest.step()).isEqualTo(20);
    assertThat(newest.parameters()).containsOnly(3f);
    assertThat(newest.manifest().writerEpoch()).isEqualTo(2);
    assertThatThrownBy(() -> save(second, 20, 5))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is there with other parameters");
    assertThat(store.list()).extracting(StoredCheckpoint::step).containsExactly(10L, 20L);
  }

  @ParameterizedTest
  @EnumSource
  void theNewestIsTheNewestThatVerifies(CommitProtocol protocol) throws Exception {
    List<String> passedOver = new ArrayList<>();
    CheckpointStore store =
        store(
            "/corrupted-" + protocol,
            protocol,
            (checkpoint, reason) -> passedOver.add(checkpoint.getName() + ": " + reason));
    CheckpointWriter writer = store.writer(Retention.last(3));
    save(writer, 10, 1);
    StoredCheckpoint damaged = save(writer, 20, 2);
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(damaged.path(), "parameters.safetensors");
    byte[] content = read(file);
    content[content.length - 1] ^= 1;
    try (OutputStream out = hdfs.create(file, true)) {
      out.write(content);
    }
    assertThat(store.newest().orElseThrow().step()).isEqualTo(10);
    assertThat(passedOver)
        .singleElement()
        .asString()
        .startsWith("step-00000020: ")
        .contains("SHA-256");
    save(writer, 20, 2);
    assertThat(store.newest().orElseThrow().step()).isEqualTo(20);
  }

  @Test
  void aFolderIsNotRenamedOntoAnother() throws Exception {
    // What keeps two writers of one step apart: HDFS refuses, it neither replaces nor nests.
    FileContext context = FileContext.getFileContext(URI.create(status.hdfs()), configuration());
    for (String name : List.of("/renamed/a/1", "/renamed/b/2")) {
      hdfs.create(path(name)).close();
    }
    assertThatThrownBy(() -> context.rename(path("/renamed/a"), path("/renamed/b")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(hdfs.listStatus(path("/renamed/b"))).hasSize(1);
  }

  private static DrawnDigits digits(String part, Split split, int count) throws IOException {
    Path mnist = Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
    if (!Files.isDirectory(mnist)) {
      return DrawnDigits.of(split, count);
    }
    return new DrawnDigits(
        records(mnist.resolve(DrawnDigits.images(part) + ".gz"), 16, count * DrawnDigits.SIZE),
        records(mnist.resolve(DrawnDigits.labels(part) + ".gz"), 8, count));
  }

  private static byte[] records(Path file, int header, int bytes) throws IOException {
    try (InputStream gzipped = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new GZIPInputStream(gzipped))) {
      in.readNBytes(header);
      return in.readNBytes(bytes);
    }
  }

  /** Trains with the same configuration in this JVM, on the files that were copied to HDFS. */
  private static String embedded(String... settings) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> line = new ArrayList<>();
    line.addAll(List.of("train", folder.resolve("conf/cluster.conf").toString(), "--json"));
    line.addAll(List.of("--set", "data.path=" + folder.resolve("mnist")));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    int exitCode =
        Centroid.run(
            new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    assertThat(exitCode).as(err.toString()).isZero();
    JsonNode result = JSON.readTree(out.toString());
    assertThat(result.path("rounds").asLong()).isEqualTo(ROUNDS);
    assertThat(result.path("test").path("accuracy").asDouble()).isGreaterThan(0.6);
    return result.path("parametersSha256").asText();
  }

  private static Submitted train(String... settings) throws IOException {
    return train(List.of(), settings);
  }

  private static Submitted train(List<String> options, String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("train", "conf/cluster.conf", "--json"));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return submit(options, line.toArray(String[]::new));
  }

  private static Submitted submit(List<String> options, String... command) throws IOException {
    List<String> line = new ArrayList<>(options);
    line.addAll(List.of(command));
    return Submitted.start(folder, directory, line);
  }

  private static void awaitCheckpoint(Submitted train, String run) throws Exception {
    Eventually.await(
        "a checkpoint in " + run, LIMIT, () -> newestStep(run) > 0 || !train.isAlive());
    assertThat(train.isAlive()).as(() -> "still training: " + train.errors()).isTrue();
  }

  /** By the names alone; 0 if there is none yet. */
  private static long newestStep(String run) throws IOException {
    org.apache.hadoop.fs.Path checkpoints = path(run + "/checkpoints");
    if (!hdfs.exists(checkpoints)) {
      return 0;
    }
    long newest = 0;
    for (FileStatus file : hdfs.listStatus(checkpoints)) {
      String name = file.getPath().getName();
      if (name.startsWith("step-")) {
        newest = Math.max(newest, Long.parseLong(name.substring("step-".length())));
      }
    }
    return newest;
  }

  /** The rounds in metrics.jsonl as they stand there. */
  private static List<Long> rounds(String run) throws IOException {
    List<Long> rounds = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                hdfs.open(path(run + "/metrics.jsonl")), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = JSON.readTree(line);
        if (row.path("type").asText().equals("round")) {
          rounds.add(row.path("round").asLong());
        }
      }
    }
    return rounds;
  }

  private static List<ProcessHandle> executors() {
    return Stream.of("worker-1", "worker-2")
        .flatMap(worker -> ProcessHandle.of(cluster.pid(worker)).stream())
        .flatMap(ProcessHandle::descendants)
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Resident kilobytes and, after a garbage collection, bytes of heap of each executor. */
  private static void sample(List<Long> resident, List<Long> heap) throws Exception {
    for (ProcessHandle executor : executors()) {
      heap.add(heapAfterCollection(executor.pid()));
      try (Stream<String> lines =
          Files.lines(Path.of("/proc", String.valueOf(executor.pid()), "status"))) {
        lines
            .filter(line -> line.startsWith("VmRSS:"))
            .forEach(line -> resident.add(Long.parseLong(line.replaceAll("\\D", ""))));
      }
    }
  }

  private static long heapAfterCollection(long pid) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                "GC.class_histogram")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = jcmd.inputReader()) {
      return lines
          .lines()
          .filter(line -> line.startsWith("Total"))
          .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
          .findFirst()
          .orElseThrow();
    }
  }

  /** What the DataNode has read since it started, as the kernel counts it. */
  private static long bytesReadByDataNode() throws IOException {
    Path counters = Path.of("/proc", String.valueOf(cluster.pid("datanode-1")), "io");
    try (Stream<String> lines = Files.lines(counters)) {
      return lines
          .filter(line -> line.startsWith("rchar:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Streams a pair of files whose pixels are a pattern and whose labels go round. */
  private static void writeLargePair(String directory, int count) throws IOException {
    try (DataOutputStream images =
            new DataOutputStream(hdfs.create(path(directory + "/" + DrawnDigits.images("train"))));
        DataOutputStream labels =
            new DataOutputStream(
                hdfs.create(path(directory + "/" + DrawnDigits.labels("train"))))) {
      for (int header : new int[] {0x803, count, 28, 28}) {
        images.writeInt(header);
      }
      labels.writeInt(0x801);
      labels.writeInt(count);
      byte[] image = new byte[DrawnDigits.SIZE];
      for (int i = 0; i < count; i++) {
        Arrays.fill(image, (i * 13) % 700, (i * 13) % 700 + 84, (byte) i);
        images.write(image);
        labels.writeByte(i % 10);
      }
    }
  }

  private static CheckpointStore store(
      String run, CommitProtocol protocol, CheckpointListener listener) throws IOException {
    return CheckpointStore.of(
        new org.apache.hadoop.fs.Path(status.hdfs() + run), configuration(), protocol, listener);
  }

  private static StoredCheckpoint save(CheckpointWriter writer, long step, float value)
      throws IOException {
    Snapshot snapshot =
        new Snapshot(
            step,
            step,
            1,
            new Position(0, step),
            "cafe",
            List.of(new LayoutTensor("0.b", List.of(3L), "bias")),
            Map.of("java", "17"),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode());
    TensorSlice parameters =
        new TensorSlice("0.b", List.of(3L), new float[] {value, value, value}, 0);
    return writer.save(snapshot, List.of(parameters), List.of());
  }

  private static byte[] read(org.apache.hadoop.fs.Path file) throws IOException {
    try (InputStream in = hdfs.open(file)) {
      return in.readAllBytes();
    }
  }

  private static org.apache.hadoop.fs.Path path(String text) {
    return new org.apache.hadoop.fs.Path(text);
  }

  private static Configuration configuration() throws IOException {
    Configuration configuration = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      configuration.addResource(cluster.configuration().resolve(name).toUri().toURL());
    }
    return configuration;
  }
}
