package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.ClusterStatus.DaemonStatus;
import io.centroid.error.ExitCode;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.spark.session.SparkInstallation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The command {@code doctor} against the daemons of a development cluster. */
@ExtendWith(SharedCluster.class)
class DoctorClusterIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = TrainingCluster.path("/doctor");

  private final TrainingCluster cluster;

  DoctorClusterIT(TrainingCluster cluster) {
    this.cluster = cluster;
  }

  private record Answer(int exitCode, JsonNode json) {
    List<String> found(String check) {
      List<String> all = new ArrayList<>();
      for (JsonNode each : json.path("checks")) {
        if (each.path("name").asText().equals(check)) {
          each.path("findings").forEach(finding -> all.add(finding.path("found").asText()));
        }
      }
      return all;
    }

    String detail(String check) {
      for (JsonNode each : json.path("checks")) {
        if (each.path("name").asText().equals(check)) {
          return each.path("detail").asText();
        }
      }
      throw new AssertionError("no check " + check);
    }
  }

  @BeforeEach
  void empty() throws IOException {
    cluster.hdfs().delete(FOLDER, true);
    cluster.hdfs().mkdirs(FOLDER);
  }

  private Answer doctor(String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("doctor", "--json"));
    line.add(cluster.folder().resolve("conf/cluster.conf").toString());
    line.addAll(List.of("--master", cluster.status().master()));
    line.addAll(List.of("--conf", "spark.master.ui.port=" + uiPort()));
    Stream.concat(
            Stream.of(
                "run.dir=" + cluster.hdfs().makeQualified(new Path(FOLDER, "run")),
                "data.path=" + cluster.hdfs().makeQualified(TrainingCluster.path("mnist")),
                "compute.cpu-kernels=" + CpuKernels.loaded().orElseThrow()),
            Stream.of(settings))
        .forEach(setting -> line.addAll(List.of("--set", setting)));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Centroid.run(
            new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    assertThat(err.toString()).isEmpty();
    return new Answer(exitCode, JSON.readTree(out.toString()));
  }

  private int uiPort() {
    return cluster.status().daemons().stream()
        .filter(daemon -> daemon.name().equals("master"))
        .map(DaemonStatus::page)
        .mapToInt(page -> URI.create(page).getPort())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void findsNothingOnAHealthyCluster() throws IOException {
    Answer answer = doctor("train.workers=2");
    assertThat(answer.json.path("findings").asInt()).as(answer.json.toPrettyString()).isZero();
    assertThat(answer.exitCode).isEqualTo(ExitCode.DONE);
    assertThat(answer.detail("cluster"))
        .isEqualTo(
            "Spark %s, 2 Workers: 2 cores, 2.0 GiB"
                .formatted(SparkInstallation.onClassPath().version()));
    assertThat(answer.detail("threads")).isEqualTo("2 workers on 2 slots");
    assertThat(answer.detail("data"))
        .isEqualTo("idx: 4,000 training, 500 test, 1x28x28, 10 outputs");
    assertThat(answer.detail("clocks")).contains("file system ", ", Master ");
    assertThat(cluster.hdfs().listStatus(FOLDER)).isEmpty();
  }

  @Test
  void findsExecutorsThatNoWorkerCanStart() throws IOException {
    Answer answer = doctor("spark.conf.\"spark.executor.memory\"=64g");
    assertThat(answer.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(answer.found("cluster"))
        .containsExactly("an executor needs 65536 MiB, the largest Worker offers 1024 MiB");
  }

  @Test
  void findsAFolderWithoutTheRightToWrite() throws Exception {
    cluster.hdfs().setPermission(FOLDER, new FsPermission("755"));
    // The user of the daemons may do everything.
    Answer answer =
        UserGroupInformation.createRemoteUser("guest")
            .doAs((PrivilegedExceptionAction<Answer>) this::doctor);
    assertThat(answer.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(answer.found("run.dir"))
        .singleElement()
        .asString()
        .contains("Permission denied: user=guest, access=WRITE");
  }

  @Test
  void findsQuotasThatAreTooSmall() throws IOException {
    DistributedFileSystem hdfs = (DistributedFileSystem) cluster.hdfs();
    // A block of HDFS must fit, however small the files are.
    hdfs.setQuota(FOLDER, 5, 100L << 20);
    try {
      Answer answer = doctor();
      assertThat(answer.found("space"))
          .hasSize(2)
          .anyMatch(found -> found.matches("the space quota of \\S+/doctor has 100 MiB left, .*"))
          .anyMatch(
              found -> found.matches("the name quota of \\S+/doctor has 4 left, .* needs 64"));
    } finally {
      hdfs.setQuota(FOLDER, HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_RESET);
    }
    assertThat(doctor().found("space")).isEmpty();
  }

  @Test
  void findsANameNodeThatIsDownWithoutWaiting() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    long start = System.nanoTime();
    Answer answer = doctor("run.dir=hdfs://127.0.0.1:" + port + "/run");
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(15);
    assertThat(answer.found("run.dir"))
        .singleElement()
        .asString()
        .contains("Connection refused", "is the file system up?");
  }
}
