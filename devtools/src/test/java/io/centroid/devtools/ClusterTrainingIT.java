package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.SyntheticDigitFiles;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.CentroidHome;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training on a shared cluster of two Spark Workers and HDFS, with drivers in separate processes.
 * The expected results are computed in this JVM on the same files.
 */
@ExtendWith(SharedCluster.class)
class ClusterTrainingIT {
  @TempDir private static Path folder;

  private static TrainingCluster cluster;
  private static FileSystem hdfs;
  private static String expectedSha256 = "";

  @BeforeAll
  static void start(TrainingCluster shared) throws Exception {
    cluster = shared;
    hdfs = cluster.hdfs();
    expectedSha256 = cluster.expectedSha256();
  }

  @Test
  void embeddedSparkIsBitwiseIdenticalToThreads() throws Exception {
    assertThat(cluster.embedded("spark.master=local[2]", "run.dir=" + folder.resolve("spark")))
        .isEqualTo(expectedSha256);
  }

  @Test
  void anyNumberOfExecutorsIsBitwiseIdentical() throws Exception {
    try (Submitted two = cluster.train("run.dir=runs/two")) {
      JsonNode result = two.json();
      assertThat(result.path("parametersSha256").asText()).isEqualTo(expectedSha256);
      // A relative path is on the cluster's file system.
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

  /** Driver and executors find DL4J and ND4J next to the job jar. */
  @Test
  void theDl4jEngineTrainsOnExecutors() throws Exception {
    String engine = "compute.engine=dl4j";
    try (Submitted train = cluster.train("run.dir=runs/dl4j", engine)) {
      assertThat(train.json().path("parametersSha256").asText())
          .isEqualTo(cluster.undisturbed(engine))
          .isNotEqualTo(expectedSha256);
    }
    try (Submitted halfway =
        cluster.train(
            List.of(
                "--conf", "spark.executor.extraClassPath=" + CentroidHome.find().dl4jJars() + "/*"),
            "run.dir=runs/halfway",
            engine)) {
      assertThat(halfway.exitCode()).isNotZero();
      assertThat(halfway.errors()).contains("extraClassPath without centroid.jar");
    }
  }

  @Test
  void theDriverDoesNotStoreExamples() throws Exception {
    int count = 510_000;
    long bytes = (long) count * SyntheticDigitFiles.SIZE;
    writeLargePair("large", count);
    long before = bytesReadByDataNode();
    try (Submitted train =
        cluster.submit(
            // The driver's heap is smaller than the data; by default Spark requires 450 MB.
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
    // Each worker reads only its own half.
    assertThat(bytesReadByDataNode() - before).isBetween(bytes, bytes * 13 / 10);
    hdfs.delete(TrainingCluster.path("large"), true);
  }

  /** Bytes that the DataNode has read since its start, from /proc. */
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

  /** Writes a pair of files with patterns as pixels and cycling labels. */
  private static void writeLargePair(String directory, int count) throws IOException {
    try (DataOutputStream images =
            new DataOutputStream(
                hdfs.create(
                    TrainingCluster.path(directory + "/" + SyntheticDigitFiles.images("train"))));
        DataOutputStream labels =
            new DataOutputStream(
                hdfs.create(
                    TrainingCluster.path(directory + "/" + SyntheticDigitFiles.labels("train"))))) {
      for (int header : new int[] {0x803, count, 28, 28}) {
        images.writeInt(header);
      }
      labels.writeInt(0x801);
      labels.writeInt(count);
      byte[] image = new byte[SyntheticDigitFiles.SIZE];
      for (int i = 0; i < count; i++) {
        Arrays.fill(image, (i * 13) % 700, (i * 13) % 700 + 84, (byte) i);
        images.write(image);
        labels.writeByte(i % 10);
      }
    }
  }
}
