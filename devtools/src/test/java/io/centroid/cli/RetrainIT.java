package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.retrain.Phase;
import io.centroid.serve.ServerUnderTest;
import io.centroid.serve.SteadyRequests;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retraining over three days of MNIST: the first day is promoted, the second has wrong labels and
 * is rejected, the third has more good data and is promoted. An undisturbed process and one that is
 * killed and restarted at each step end bitwise identical.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetrainIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static List<String> undisturbed = List.of();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void needsMnist() {
    assumeThat(Files.isDirectory(MnistIncrements.mnist()))
        .as(MnistIncrements.mnist() + " is there")
        .isTrue();
  }

  @Test
  @Order(1)
  void promotesGoodDaysAndRejectsAMislabeledDay() throws Exception {
    Path home = home("undisturbed");
    MnistIncrements.first(home.resolve("increments"));
    JsonNode first = retrain(home, ExitCode.DONE);
    assertThat(first.path("outcome").asText()).isEqualTo("promoted");
    assertThat(first.path("version").asInt()).isEqualTo(1);
    double accuracy = first.path("validation").path("challenger").path("accuracy").asDouble();
    assertThat(accuracy).isBetween(0.7, 0.92);

    assertThat(retrain(home, ExitCode.DONE).path("outcome").asText()).isEqualTo("nothing-new");
    String served = "registry:" + home.resolve("registry").toUri() + "/digits@champion";
    try (ServerUnderTest server = ServerUnderTest.of(served, "digits", ServerUnderTest.PATIENT);
        SteadyRequests clients = SteadyRequests.to(server)) {
      worseAndBetterDays(home, accuracy);
      Eventually.await(
          "clients get the new champion",
          Duration.ofSeconds(60),
          () -> clients.version().equals("3"));
      clients.requireNoFailure();
    }
    undisturbed = history(home);
  }

  private void worseAndBetterDays(Path home, double accuracy) throws Exception {
    MnistIncrements.mislabeled(home.resolve("increments"));
    JsonNode second = retrain(home, ExitCode.NOT_PROMOTED);
    assertThat(second.path("outcome").asText()).isEqualTo("worse");
    assertThat(second.path("promoted").asBoolean()).isFalse();
    assertThat(second.path("championBefore").asInt()).isEqualTo(1);
    assertThat(second.path("comparison").path("high").asDouble()).isNegative();
    assertThat(second.path("validation").path("champion").path("accuracy").asDouble())
        .isEqualTo(accuracy);
    assertThat(report(second))
        .contains("# Attempt 2 at digits: worse", "its recall changed by -0.");
    // Its images are like the others; only the labels are wrong.
    assertThat(second.path("drift").path("inputs").path("psi").asDouble()).isBetween(0.0, 0.1);

    // Rejected data is not retried every night.
    assertThat(retrain(home, ExitCode.DONE).path("outcome").asText()).isEqualTo("nothing-new");

    MnistIncrements.more(home.resolve("increments"));
    JsonNode third = retrain(home, ExitCode.DONE);
    assertThat(third.path("outcome").asText()).isEqualTo("promoted");
    assertThat(third.path("comparison").path("low").asDouble()).isPositive();
    assertThat(third.path("trainedOn"))
        .extracting(JsonNode::asText)
        .containsExactly("day-1", "day-3");
    assertThat(third.path("validation").path("challenger").path("accuracy").asDouble())
        .isGreaterThan(0.9);

    ModelRegistry registry = registry(home);
    assertThat(registry.aliases().current("champion").orElseThrow().version()).isEqualTo(3);
    // Kept: the two newest versions and the target of a rollback.
    assertThat(registry.versions()).extracting(StoredVersion::number).containsExactly(1, 2, 3);
    assertThat(registry.version(3).record().provenance().parent()).hasValue(1);
    assertThat(registry.version(3).record().provenance().data())
        .extracting(file -> file.name())
        .containsExactly(
            "day-1/train-images-idx3-ubyte",
            "day-1/train-labels-idx1-ubyte",
            "day-3/train-images-idx3-ubyte",
            "day-3/train-labels-idx1-ubyte");
    for (StoredVersion version : registry.versions()) {
      assertThat(version.verify()).isEmpty();
    }
    assertThat(registry.version(2).record().exports()).isEmpty();
    assertThat(registry.version(3).record().files().keySet())
        .contains("exports/onnx/model.onnx", "exports/onnx/export.json", "profile.json");
    JsonNode exported =
        JSON.readTree(registry.version(3).read("exports/onnx/export.json", 1 << 20));
    assertThat(exported.toString()).contains("frozen/train-images-idx3-ubyte");
    assertThat(report(third)).contains("# Attempt 3 at digits: promoted", "| challenger | 2,000 |");
    assertThat(files(home)).noneMatch(name -> name.contains("/run/"));
  }

  private static String report(JsonNode result) throws IOException {
    return Files.readString(Path.of(URI.create(result.path("report").asText())));
  }

  @Test
  @Order(2)
  void aProcessKilledAtEachStepEndsBitwiseIdentical() throws Exception {
    assumeThat(undisturbed).as("the undisturbed days").isNotEmpty();
    Path home = home("disturbed");
    MnistIncrements.first(home.resolve("increments"));
    killed(home, Phase.PLANNED.name(), HaltingRetrain.TRAINING);
    assertThat(registry(home).versions()).isEmpty();
    retrain(home, ExitCode.DONE);

    MnistIncrements.mislabeled(home.resolve("increments"));
    killed(home, Phase.COMPARED.name(), Phase.RECORDED.name());
    assertThat(registry(home).aliases().current("champion").orElseThrow().version()).isEqualTo(1);
    // The attempt had only its cleanup left: its outcome is reported again.
    retrain(home, ExitCode.NOT_PROMOTED);

    MnistIncrements.more(home.resolve("increments"));
    killed(
        home,
        Phase.MEASURED.name(),
        HaltingRetrain.TRAINING,
        Phase.TRAINED.name(),
        Phase.COMPARED.name(),
        HaltingRetrain.EXPORTING,
        Phase.EXPORTED.name(),
        Phase.REGISTERED.name(),
        Phase.MOVED.name(),
        Phase.RECORDED.name());
    assertThat(retrain(home, ExitCode.DONE).path("outcome").asText()).isEqualTo("promoted");
    assertThat(history(home)).isEqualTo(undisturbed);
    assertThat(files(home)).noneMatch(name -> name.contains("/run/"));
  }

  @Test
  @Order(3)
  void aChangedValidationSetAndChangedDataAreRejected() throws Exception {
    assumeThat(undisturbed).as("the undisturbed days").isNotEmpty();
    Path home = folder.resolve("undisturbed");
    Path labels = home.resolve("frozen/train-labels-idx1-ubyte");
    byte[] before = Files.readAllBytes(labels);
    byte[] changed = before.clone();
    changed[100] ^= 1;
    Files.write(labels, changed);
    assertThat(run(home)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .contains("retrain.validation ")
        .contains("train-labels-idx1-ubyte: expected ");
    Files.write(labels, before);
    Path images = home.resolve("increments/day-1/train-labels-idx1-ubyte");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1_000));
    assertThat(run(home)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .contains("data increment day-1 was changed after attempt 1 used it: it is new again")
        .contains("no new data can be used; quarantined: day-1 (");
    assertThat(retrain(home, ExitCode.DONE).path("outcome").asText()).isEqualTo("nothing-new");
  }

  @Test
  @Order(4)
  void aSecondConcurrentRetrainingIsRejected() throws Exception {
    Path home = home("twice");
    MnistIncrements.first(home.resolve("increments"));
    ModelRegistry registry = registry(home);
    try (var lease =
        io.centroid.checkpoint.lease.WriterLease.acquire(
            new org.apache.hadoop.fs.Path(registry.path(), "retrain"),
            new Configuration(),
            io.centroid.checkpoint.lease.LeaseTerms.usual(),
            "the first")) {
      assertThat(lease.fencingToken()).isEqualTo(1);
      assertThat(run(home)).isEqualTo(ExitCode.FAILED);
    }
    assertThat(err.toString().lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement()
        .asString()
        .startsWith("centroid: the retraining of ")
        .contains("is in use by process " + ProcessHandle.current().pid())
        .endsWith("(it is running on this machine): wait for it, or end it");
    assertThat(registry.versions()).isEmpty();
  }

  private static Path home(String name) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.writeString(home.resolve("retrain.conf"), MnistIncrements.CONFIGURATION);
    MnistIncrements.frozen(home.resolve("frozen"));
    return home;
  }

  private static List<String> settings(Path home) {
    return List.of(
        "compute.workers=local",
        "data.path=" + home.resolve("increments"),
        "retrain.validation=" + home.resolve("frozen"),
        "registry.dir=" + home.resolve("registry"));
  }

  private JsonNode retrain(Path home, int exitCode) throws IOException {
    assertThat(run(home)).as(err.toString()).isEqualTo(exitCode);
    return JSON.readTree(out.toString());
  }

  private int run(Path home) {
    out.getBuffer().setLength(0);
    List<String> line =
        new ArrayList<>(List.of("retrain", home.resolve("retrain.conf").toString(), "--json"));
    settings(home).forEach(setting -> line.addAll(List.of("--set", setting)));
    return Centroid.run(
        new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
  }

  /** Starts one process per place to halt at. */
  private static void killed(Path home, String... places) throws Exception {
    for (String place : places) {
      Path log = home.resolve(place + ".log");
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      line.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
      line.add(HaltingRetrain.class.getName());
      line.addAll(List.of(home.resolve("retrain.conf").toString(), place));
      line.addAll(settings(home));
      ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
      builder.environment().put("OMP_NUM_THREADS", "1");
      Process process = builder.redirectOutput(log.toFile()).start();
      try {
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).as(place).isTrue();
        assertThat(process.exitValue())
            .as(place + ": " + Files.readString(log))
            .isEqualTo(HaltingRetrain.HALTED);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static ModelRegistry registry(Path home) throws IOException {
    return ModelRegistry.of(
        new HadoopFiles(new Configuration()), home.resolve("registry").toString(), "digits");
  }

  /** Versions and alias history of the registry. */
  private static List<String> history(Path home) throws IOException {
    List<String> history = new ArrayList<>();
    for (StoredVersion version : registry(home).versions()) {
      history.add(version.number() + " " + version.record().provenance().parametersSha256());
    }
    for (AliasRecord record : registry(home).aliases().history()) {
      history.add(record.change().toString());
    }
    return history;
  }

  private static List<String> files(Path home) throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      return all.map(Path::toString).toList();
    }
  }
}
