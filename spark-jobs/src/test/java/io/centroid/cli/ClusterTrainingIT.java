package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.DrawnDigits;
import io.centroid.Eventually;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.CommitProtocol;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.LeaseTerms;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.ClusterOptions;
import io.centroid.safetensors.TensorSlice;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training on real daemons, with each driver a process of its own: one cluster of two Spark Workers
 * and HDFS for all tests. What every run must end with is computed in this JVM, on the same files.
 */
class ClusterTrainingIT {
  private static final Duration LIMIT = TrainingCluster.LIMIT;

  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static FileSystem hdfs;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = TrainingCluster.start(folder, new ClusterOptions(2, 1, 1, "1g"));
    hdfs = cluster.hdfs();
    expectedSha256 = cluster.expectedSha256();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void anEmbeddedSparkEndsWithTheBitsOfThreads() throws Exception {
    assertThat(cluster.embedded("spark.master=local[2]", "run.dir=" + folder.resolve("spark")))
        .isEqualTo(expectedSha256);
  }

  @Test
  void anyNumberOfExecutorsEndsWithTheSameBits() throws Exception {
    try (Submitted two = cluster.train("run.dir=runs/two")) {
      JsonNode result = two.json();
      assertThat(result.path("parametersSha256").asText()).isEqualTo(expectedSha256);
      // A relative path is one of the cluster's file system.
      assertThat(result.path("runDir").asText())
          .isEqualTo(
              cluster.status().hdfs() + hdfs.getHomeDirectory().toUri().getPath() + "/runs/two");
      assertThat(two.errors()).contains("training, ", "validation accuracy").doesNotContain("{\"");
      assertThat(hdfs.exists(TrainingCluster.path("runs/two/effective.conf"))).isTrue();
      assertThat(hdfs.exists(TrainingCluster.path("runs/two/result.json"))).isTrue();
    }
    try (Submitted one =
        cluster.submit(
            List.of("--total-executor-cores", "1"),
            "train",
            "conf/cluster.conf",
            "--json",
            "--set",
            "run.dir=" + cluster.status().hdfs() + "/runs/one")) {
      assertThat(one.json().path("parametersSha256").asText()).isEqualTo(expectedSha256);
    }
  }

  @Test
  void theDriverHoldsNoExample() throws Exception {
    int count = 510_000;
    long bytes = (long) count * DrawnDigits.SIZE;
    writeLargePair("large", count);
    long before = bytesReadByDataNode();
    try (Submitted train =
        cluster.submit(
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
    hdfs.delete(TrainingCluster.path("large"), true);
  }

  @Tag("long")
  @Test
  void aThousandRoundsDoNotMakeAnExecutorGrow() throws Exception {
    String run = "runs/long";
    List<Long> early = new ArrayList<>();
    List<Long> earlyHeap = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    List<Long> lateHeap = new ArrayList<>();
    long started = System.nanoTime();
    try (Submitted train =
        cluster.train(
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
      Eventually.await(
          "200 rounds", LIMIT, () -> cluster.newestStep(run) >= 200 || !train.isAlive());
      sample(early, earlyHeap);
      Eventually.await(
          "900 rounds", LIMIT, () -> cluster.newestStep(run) >= 900 || !train.isAlive());
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
  void theNewestIsTheNewestThatVerifies(CommitProtocol protocol) throws Exception {
    List<String> passedOver = new ArrayList<>();
    CheckpointStore store =
        store(
            "/corrupted-" + protocol,
            protocol,
            (checkpoint, reason) -> passedOver.add(checkpoint.getName() + ": " + reason));
    CheckpointWriter writer = store.writer(store.claim(LeaseTerms.usual()), Retention.last(3));
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
    FileContext context =
        FileContext.getFileContext(URI.create(cluster.status().hdfs()), cluster.configuration());
    for (String name : List.of("/renamed/a/1", "/renamed/b/2")) {
      hdfs.create(TrainingCluster.path(name)).close();
    }
    assertThatThrownBy(
            () ->
                context.rename(
                    TrainingCluster.path("/renamed/a"), TrainingCluster.path("/renamed/b")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(hdfs.listStatus(TrainingCluster.path("/renamed/b"))).hasSize(1);
  }

  /** Resident kilobytes and, after a garbage collection, bytes of heap of each executor. */
  private static void sample(List<Long> resident, List<Long> heap) throws Exception {
    for (ProcessHandle executor : cluster.executors()) {
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
    Path counters = Path.of("/proc", String.valueOf(cluster.daemons().pid("datanode-1")), "io");
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
            new DataOutputStream(
                hdfs.create(TrainingCluster.path(directory + "/" + DrawnDigits.images("train"))));
        DataOutputStream labels =
            new DataOutputStream(
                hdfs.create(TrainingCluster.path(directory + "/" + DrawnDigits.labels("train"))))) {
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
        new org.apache.hadoop.fs.Path(cluster.status().hdfs() + run),
        cluster.configuration(),
        protocol,
        listener);
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
}
