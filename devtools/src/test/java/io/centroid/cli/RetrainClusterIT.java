package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.cluster.ClusterOptions;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionDraft;
import io.centroid.serve.ServerUnderTest;
import io.centroid.serve.SteadyRequests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retraining over three days on a cluster: Spark executors train, HDFS stores new data and the
 * registry.
 */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetrainClusterIT {
  @TempDir private static Path folder;

  private static TrainingCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(Files.isDirectory(MnistIncrements.mnist()))
        .as(MnistIncrements.mnist() + " is there")
        .isTrue();
    cluster = TrainingCluster.start(folder, new ClusterOptions(2, 1, 1, "1g"));
    Files.writeString(folder.resolve("conf/retrain.conf"), MnistIncrements.CONFIGURATION);
    MnistIncrements.frozen(folder.resolve("frozen"));
    put("frozen", "frozen");
    cluster.hdfs().mkdirs(TrainingCluster.path("increments"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void promotesGoodDaysRejectsAMislabeledDayAndResumesAfterAKilledDriver() throws Exception {
    MnistIncrements.first(folder.resolve("local"));
    put("local/day-1", "increments/day-1");
    assertThat(retrain(ExitCode.DONE).path("outcome").asText()).isEqualTo("promoted");
    try (ServerUnderTest server = ServerUnderTest.of(served(), "digits", ServerUnderTest.PATIENT);
        SteadyRequests clients = SteadyRequests.to(server)) {
      worseAndBetterDays();
      Eventually.await(
          "clients get the new champion",
          TrainingCluster.LIMIT,
          () -> clients.version().equals("3"));
      clients.requireNoFailure();
    }
  }

  private static String served() {
    return "registry:"
        + cluster.hdfs().makeQualified(TrainingCluster.path("registry"))
        + "/digits@champion";
  }

  private static void worseAndBetterDays() throws Exception {
    MnistIncrements.mislabeled(folder.resolve("local"));
    put("local/day-2", "increments/day-2");
    assertThat(retrain(ExitCode.NOT_PROMOTED).path("outcome").asText()).isEqualTo("worse");
    assertThat(registry().aliases().current("champion").orElseThrow().version()).isEqualTo(1);

    MnistIncrements.more(folder.resolve("local"));
    put("local/day-3", "increments/day-3");
    try (Submitted killed = submit("train.epochs=40")) {
      cluster.awaitCheckpoint(killed, "registry/digits/retrain/attempts/000003/run");
      killed.killDriver();
    }
    assertThat(registry().aliases().current("champion").orElseThrow().version()).isEqualTo(1);
    try (Submitted again = submit("train.epochs=40")) {
      assertThat(again.exitCode()).as(again.errors()).isEqualTo(ExitCode.DONE);
      assertThat(again.errors())
          .contains("resuming attempt 3, which was interrupted after phase measured")
          .contains("resuming from ");
      assertThat(new ObjectMapper().readTree(again.output()).path("version").asInt()).isEqualTo(3);
    }
    StoredVersion champion = registry().version(3);
    assertThat(champion.verify()).isEmpty();
    assertThat(champion.record().exports()).containsExactly("onnx");
    assertThat(
            cluster
                .hdfs()
                .exists(TrainingCluster.path("registry/digits/retrain/attempts/000003/run")))
        .isFalse();
  }

  @Test
  @Order(2)
  void concurrentWritersLoseNoUpdateOnHdfs() throws Exception {
    int before = registry().aliases().history().size();
    StoredVersion champion = registry().version(3);
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      String name = "writer-" + writer;
      writers.add(
          () -> {
            ModelRegistry registry = registry();
            int version =
                registry
                    .register(
                        new VersionDraft(
                            name,
                            champion.record().provenance(),
                            champion.checkpoint(),
                            Map.of(),
                            Map.of()))
                    .number();
            registry.aliases().move(name, version, "at once");
            registry.retain(1);
            return version;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(writers.size());
    List<Integer> versions = new ArrayList<>();
    for (Future<Integer> writer : threads.invokeAll(writers)) {
      versions.add(writer.get());
    }
    threads.shutdown();
    assertThat(versions).doesNotHaveDuplicates().allMatch(version -> version > 3);
    for (Map.Entry<String, AliasRecord.Target> alias : registry().aliases().all().entrySet()) {
      assertThat(registry().version(alias.getValue().version()).verify())
          .as(alias.getKey())
          .isEmpty();
    }
    List<AliasRecord> history = registry().aliases().history();
    assertThat(history.subList(before, history.size()))
        .extracting(record -> record.change().alias())
        .contains("writer-0", "writer-1", "writer-2", "writer-3");
    Eventually.await(
        "nothing half-written is left",
        TrainingCluster.LIMIT,
        () ->
            cluster.hdfs().listStatus(TrainingCluster.path("registry/digits/versions")).length
                == registry().versions().size());
  }

  private static JsonNode retrain(int exitCode) throws Exception {
    try (Submitted submitted = submit("train.epochs=5")) {
      assertThat(submitted.exitCode()).as(submitted.errors()).isEqualTo(exitCode);
      return new ObjectMapper().readTree(submitted.output());
    }
  }

  private static Submitted submit(String setting) throws Exception {
    return cluster.submit(List.of(), "retrain", "conf/retrain.conf", "--json", "--set", setting);
  }

  private static void put(String local, String remote) throws Exception {
    cluster
        .hdfs()
        .copyFromLocalFile(
            TrainingCluster.path(folder.resolve(local).toString()), TrainingCluster.path(remote));
  }

  private static ModelRegistry registry() throws Exception {
    return ModelRegistry.of(
        new HadoopFiles(cluster.configuration()),
        cluster.hdfs().makeQualified(TrainingCluster.path("registry")).toString(),
        "digits");
  }
}
