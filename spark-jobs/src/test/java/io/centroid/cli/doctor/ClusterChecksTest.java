package io.centroid.cli.doctor;

import static io.centroid.cli.doctor.Fixtures.config;
import static io.centroid.cli.doctor.Fixtures.machine;
import static io.centroid.cli.doctor.Fixtures.master;
import static io.centroid.cli.doctor.Fixtures.only;
import static io.centroid.cli.doctor.Fixtures.settings;
import static io.centroid.cli.doctor.Fixtures.worker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.sun.net.httpserver.HttpServer;
import io.centroid.cli.doctor.Finding.Severity;
import io.centroid.cli.doctor.ThreadChecks.Slots;
import io.centroid.config.RunConfig.Compute.DeviceKind;
import io.centroid.device.Gpu;
import io.centroid.device.GpuBackend;
import io.centroid.device.GpuReport;
import io.centroid.spark.session.JobSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClusterChecksTest {
  private static final String VERSION = "3.5.9";
  private static final JobSettings SPARK = settings("spark://host:7077", Map.of());
  private static final Machine PLAIN = machine(Map.of());

  @Test
  void acceptsAClusterWithRoom() {
    assertThat(
            ClusterChecks.standalone(
                SPARK, master(VERSION, worker(2, 2, 512, 512), worker(4, 4, 2048, 1024)), VERSION))
        .isEqualTo(Outcome.ok("Spark 3.5.9, 2 Workers: 6 cores, 2.5 GiB"));
  }

  @Test
  void findsAMasterThatDoesNotListen() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    JobSettings spark = settings("spark://127.0.0.1:" + port, Map.of());
    assertThat(only(ClusterChecks.cluster(spark, Optional.empty(), PLAIN)).found())
        .isEqualTo("no Spark Master is listening at spark://127.0.0.1:" + port);
  }

  @Test
  void findsAWebServerInPlaceOfAMaster() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> exchange.sendResponseHeaders(404, -1));
    server.start();
    try {
      String master = "spark://127.0.0.1:" + server.getAddress().getPort();
      Finding finding =
          only(ClusterChecks.cluster(settings(master, Map.of()), Optional.empty(), PLAIN));
      assertThat(finding.severity()).isEqualTo(Severity.FINDING);
      assertThat(finding.found())
          .isEqualTo("at " + master + " a web server is listening, not a Spark Master");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void findsAnotherVersionOfSpark() {
    assertThat(
            only(ClusterChecks.standalone(
                    SPARK, master("3.4.0", worker(4, 4, 2048, 2048)), VERSION))
                .found())
        .isEqualTo("the Master runs Spark 3.4.0, the driver 3.5.9");
  }

  @Test
  void findsThatNoWorkerIsAlive() {
    assertThat(only(ClusterChecks.standalone(SPARK, master(VERSION), VERSION)).found())
        .isEqualTo("no Worker is alive at spark://host:7077; see http://host:8080");
  }

  @Test
  void findsExecutorsThatAreLargerThanAnyWorker() {
    assertThat(
            ClusterChecks.standalone(SPARK, master(VERSION, worker(2, 2, 768, 768)), VERSION)
                .findings())
        .extracting(Finding::found, finding -> finding.change().get(0))
        .containsExactly(
            tuple(
                "an executor needs 4 cores, the largest Worker has 2",
                "--conf spark.executor.cores=2"),
            tuple(
                "an executor needs 1024 MiB, the largest Worker offers 768 MiB",
                "--conf spark.executor.memory=768m"));
  }

  @Test
  void findsABusyCluster() {
    assertThat(
            only(ClusterChecks.standalone(
                    SPARK, master(VERSION, worker(8, 2, 4096, 4096)), VERSION))
                .found())
        .isEqualTo("no Worker has 4 cores and 1024 MiB free now; in use by nightly job");
  }

  @Test
  void theApiServerOfKubernetesIsHttpsUnlessItSaysOtherwise() {
    for (String address : List.of("127.0.0.1:1", "localhost:1", "https://localhost:1")) {
      String master = "k8s://" + address;
      JobSettings spark = settings(master, Map.of());
      assertThat(only(ClusterChecks.cluster(spark, Optional.empty(), PLAIN)).found())
          .isEqualTo("the API server does not accept connections: " + master);
    }
  }

  @Test
  void findsAMissingConfigurationOfYarn() {
    JobSettings yarn = settings("yarn", Map.of());
    assertThat(only(ClusterChecks.cluster(yarn, Optional.empty(), PLAIN)).change())
        .containsExactly("export HADOOP_CONF_DIR=/etc/hadoop/conf");
    Machine configured = machine(Map.of("YARN_CONF_DIR", "/etc/hadoop/conf"));
    assertThat(ClusterChecks.cluster(yarn, Optional.empty(), configured).findings()).isEmpty();
  }

  @Test
  void countsTheSlotsOfWorkers() {
    // 4 cores and 1 GiB an executor: two on the first Worker, none on the second, and one on the
    // third, whose memory is enough for no more.
    Slots slots =
        Slots.of(
            config("spark.master=\"spark://host:7077\""),
            SPARK,
            Optional.of(
                master(
                    VERSION,
                    worker(9, 9, 4096, 4096),
                    worker(3, 3, 4096, 4096),
                    worker(8, 8, 1500, 1500))),
            PLAIN);
    assertThat(slots).isEqualTo(new Slots(4, OptionalInt.of(15)));
  }

  @Test
  void notesWavesWithIdleSlots() {
    Slots slots = new Slots(4, OptionalInt.of(4));
    JobSettings local = settings("local[4]", Map.of());
    Finding note = only(threads("train.workers=6", slots, local, PLAIN));
    assertThat(note.severity()).isEqualTo(Severity.NOTE);
    assertThat(note.found()).isEqualTo("train.workers = 6 on 4 slots: 2 waves, 2 of 8 slots idle");
    assertThat(note.change()).containsExactly("--set train.workers=8");
    assertThat(threads("train.workers=8", slots, local, PLAIN).findings()).isEmpty();
  }

  @Test
  void findsMoreThreadsThanSparkCounts() {
    Finding finding =
        only(
            threads("compute.threads-per-worker=2", new Slots(2, OptionalInt.of(2)), SPARK, PLAIN));
    assertThat(finding.severity()).isEqualTo(Severity.FINDING);
    assertThat(finding.change()).containsExactly("--conf spark.task.cpus=2");
  }

  @Test
  void notesMoreThreadsThanCores() {
    Finding note =
        only(
            threads(
                "compute.threads-per-worker=3",
                new Slots(2, OptionalInt.of(2)),
                settings("local[4]", Map.of()),
                PLAIN));
    assertThat(note.found())
        .isEqualTo("2 workers compute at a time with compute.threads-per-worker = 3, on 4 cores");
    assertThat(note.change()).containsExactly("--set compute.threads-per-worker=2");
  }

  @Test
  void findsThreadsOfOpenMp() {
    Finding finding =
        only(
            threads(
                "train.workers=2",
                new Slots(2, OptionalInt.of(2)),
                settings("local[4]", Map.of()),
                machine(Map.of("OMP_NUM_THREADS", "4"))));
    assertThat(finding.found()).isEqualTo("OMP_NUM_THREADS = 4");
    assertThat(finding.change()).containsExactly("export OMP_NUM_THREADS=1");
  }

  @Test
  void workersWhoseThreadsUseAllCoresLeaveNoSlotIdle() {
    Slots slots = new Slots(4, OptionalInt.of(4));
    JobSettings spark = settings("local[4]", Map.of());
    Machine machine = machine(Map.of()); // 4 cores
    assertThat(threads("compute.threads-per-worker=2", slots, spark, machine).findings()).isEmpty();
    assertThat(only(threads("compute.threads-per-worker=1", slots, spark, machine)).change())
        .containsExactly("--set train.workers=4");
  }

  private static Outcome threads(String setting, Slots slots, JobSettings spark, Machine machine) {
    return ThreadChecks.threads(
        config("model.name=gpt2", "data.format=tokens", "data.path=corpus", setting),
        spark,
        slots,
        machine);
  }

  private static final GpuBackend BACKEND = new GpuBackend("LibTorch", List.of(80, 90), 525);

  private static GpuReport gpu(int capability) {
    return new GpuReport(
        "this machine",
        List.of(new Gpu("0", "GPU-0", "NVIDIA Card", capability, 8L << 30, 8L << 30, "550.1")),
        "");
  }

  @Test
  void comparesGpusWithTheEnginesMachineCode() {
    assertThat(GpuChecks.local(DeviceKind.CUDA, BACKEND, gpu(86), 0).findings()).isEmpty();
    Finding finding = only(GpuChecks.local(DeviceKind.CUDA, BACKEND, gpu(70), 0));
    assertThat(finding.severity()).isEqualTo(Severity.FINDING);
    assertThat(finding.found()).contains("compute capability 7.0", "has code for 8.0, 9.0");
    assertThat(only(GpuChecks.local(DeviceKind.AUTO, BACKEND, gpu(70), 0)).severity())
        .isEqualTo(Severity.NOTE);
  }

  @Test
  void missingGpusMatterOnlyIfTheyAreAskedFor() {
    GpuReport none = GpuReport.none("this machine", "nvidia-smi cannot be run");
    assertThat(GpuChecks.local(DeviceKind.AUTO, BACKEND, none, 0).findings()).isEmpty();
    assertThat(only(GpuChecks.local(DeviceKind.CUDA, BACKEND, none, 0)).found())
        .contains("nvidia-smi cannot be run");
  }

  @Test
  void findsExecutorsWithoutGpus() {
    assertThat(only(GpuChecks.cluster(DeviceKind.CUDA, SPARK)).change())
        .containsExactly("--conf spark.executor.resource.gpu.amount=1");
    Map<String, String> one = Map.of("spark.executor.resource.gpu.amount", "1");
    assertThat(GpuChecks.cluster(DeviceKind.CUDA, settings("spark://host:7077", one)).findings())
        .isEmpty();
    assertThat(only(GpuChecks.cluster(DeviceKind.CUDA, settings("yarn", one))).found())
        .isEqualTo("spark.executor.resource.gpu.discoveryScript is not set");
  }

  @Test
  void comparesClocks() {
    assertThat(HostChecks.clocks(Optional.of(Duration.ofSeconds(9)), Optional.empty()))
        .isEqualTo(Outcome.ok("file system +9.0 s"));
    Finding note = only(HostChecks.clocks(Optional.empty(), Optional.of(Duration.ofSeconds(-30))));
    assertThat(note.severity()).isEqualTo(Severity.NOTE);
    assertThat(note.found())
        .isEqualTo("the clock of the Spark Master is 30.0 s behind this machine's");
    Finding finding = only(HostChecks.clocks(Optional.of(Duration.ofMinutes(5)), Optional.empty()));
    assertThat(finding.severity()).isEqualTo(Severity.FINDING);
    assertThat(finding.found())
        .isEqualTo("the clock of the file system of run.dir is 300.0 s ahead of this machine's");
  }
}
