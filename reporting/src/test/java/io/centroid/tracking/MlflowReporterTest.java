package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig.Mlflow;
import io.centroid.run.metrics.RunResult;
import io.centroid.tracking.MlflowServer.Point;
import io.centroid.tracking.MlflowServer.Run;
import io.centroid.train.DivergedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Runs that are tracked by a server that checks every request against MLflow's schema. */
class MlflowReporterTest extends MlflowFixture {
  @Test
  void everyMetricOfARunIsDeliveredOnceWithItsStepAndTime() throws IOException {
    long before = System.currentTimeMillis();
    TrackedTraining training = training();
    RunResult result = training.run();
    assertThat(training.ofMlflow()).isEmpty();
    requireComplete();
    assertThat(steps("time/seconds")).containsExactlyElementsOf(TrackedTraining.STEPS);
    Run run = server.run();
    assertThat(run.status).isEqualTo("FINISHED");
    assertThat(run.endTime).isBetween(before, System.currentTimeMillis());
    assertThat(run.name).isEqualTo("tracked");
    assertThat(server.experiments).containsExactly(Map.entry("centroid", "1"));
    assertThat(run.points)
        .allSatisfy(
            point -> assertThat(point.timestamp()).isBetween(before, System.currentTimeMillis()));
    assertThat(server.points("test/accuracy"))
        .extracting(Point::value)
        .containsExactly(result.test().get("accuracy"));
    assertThat(run.tags)
        .containsEntry("mlflow.source.type", "JOB")
        .containsEntry("mlflow.user", System.getProperty("user.name"))
        .containsEntry("centroid.runDir", "file:" + directory)
        .containsKey("centroid.configurationHash");
    assertThat(run.params)
        .containsEntry("train.workers", "2")
        .containsEntry("train.local-steps", "3")
        .containsEntry("optimizer.learning-rate", "0.05")
        .containsEntry("model.hidden", "[12]")
        .doesNotContainKey("report.mlflow.uri");
  }

  @Test
  void artifactsAreCopiedThroughTheServer() throws IOException {
    training().run();
    String place = "1/" + server.runIds().get(0) + "/artifacts/";
    assertThat(server.artifacts).containsOnlyKeys(place + "effective.conf", place + "result.json");
    assertThat(server.artifacts.get(place + "effective.conf"))
        .isEqualTo(Files.readAllBytes(directory.resolve("effective.conf")));
  }

  @Test
  void artifactsAreCopiedToAFileSystemThatIsShared() throws IOException {
    Path root = folder.resolve("artifact store");
    server.artifactRoot = "file://" + root.toString().replace(" ", "%20");
    training().run();
    Path place = root.resolve("1").resolve(server.runIds().get(0)).resolve("artifacts");
    assertThat(place.resolve("result.json"))
        .hasSameBinaryContentAs(directory.resolve("result.json"));
    assertThat(place.resolve("effective.conf")).exists();
  }

  @Test
  void anArtifactFolderThatIsUnknownOrNotTheRunsIsNotWritten() throws IOException {
    server.artifactRoot = "dbfs:/mlflow";
    TrackedTraining training = training();
    training.run();
    assertThat(training.ofMlflow())
        .singleElement()
        .asString()
        .contains("artifacts are not copied", "dbfs:/mlflow");
    server.artifactRoot = "file://" + folder + "/../" + folder.getFileName();
    TrackedTraining other = TrackedTraining.of(folder.resolve("other"), server.uri());
    other.run();
    assertThat(other.ofMlflow()).singleElement().asString().contains("is not a folder of the run");
    assertThat(server.runs.values()).extracting(run -> run.status).containsOnly("FINISHED");
  }

  @Test
  void aKilledRunContinuesTheSameMlflowRunWithoutRepeatingWhatTheServerHas() throws Exception {
    kill("delivered");
    assertThat(server.run().status).isEqualTo("RUNNING");
    assertThat(steps("training/loss")).containsExactlyElementsOf(STEPS_TO_14);
    TrackedTraining resumed = training();
    resumed.run();
    assertThat(resumed.ofMlflow()).isEmpty();
    assertThat(server.runIds()).hasSize(1);
    assertThat(server.run().status).isEqualTo("FINISHED");
    requireComplete();
  }

  private static final List<Long> STEPS_TO_14 = List.of(3L, 6L, 8L, 11L, 14L);

  @Test
  void whatAKilledProcessCouldNotDeliverIsDeliveredByTheResumedOne() throws Exception {
    server.fault = MlflowServer.Fault.ERROR;
    kill("now");
    assertThat(server.runs).isEmpty();
    assertThat(directory.resolve("mlflow.json")).doesNotExist();
    server.heal();
    training().run();
    requireComplete();
    // Measured by the killed process: earlier than anything of the resumed one.
    List<Point> losses = server.points("training/loss");
    assertThat(losses)
        .isSortedAccordingTo((one, other) -> Long.compare(one.timestamp(), other.timestamp()));
  }

  @Test
  void aServerThatForgotTheRunGetsANewOneWithAllMetrics() throws Exception {
    kill("delivered");
    server.runs.clear();
    TrackedTraining resumed = training();
    resumed.run();
    assertThat(resumed.ofMlflow())
        .singleElement()
        .asString()
        .contains("does not know run 00000000000000000000000000000001 any more");
    requireComplete();
  }

  @Test
  void aRunThatIsDeletedWhileItTrainsIsReplacedWithAllMetrics() throws Exception {
    TrackedTraining training =
        training()
            .observedBy(
                TrackedTraining.at(
                    11,
                    () -> {
                      await("the server has it", () -> server.runs.size() == 1 && sent() >= 8);
                      server.run().lifecycle = "deleted";
                    }));
    training.run();
    assertThat(server.refusals()).isNotEmpty().allMatch(refusal -> refusal.contains("active"));
    server.refusals.clear();
    assertThat(server.runs).hasSize(2);
    server.runs.values().removeIf(run -> run.lifecycle.equals("deleted"));
    requireComplete();
  }

  @Test
  void anotherServerOrADamagedFileMeansANewRun() throws Exception {
    kill("delivered");
    Files.writeString(directory.resolve("mlflow.json"), "{\"uri\": 7}");
    server.runs.clear();
    TrackedTraining resumed = training();
    resumed.run();
    assertThat(resumed.ofMlflow())
        .singleElement()
        .asString()
        .contains("mlflow.json", "gets a new run");
    requireComplete();
    assertThat(JSON.readTree(directory.resolve("mlflow.json").toFile()).path("uri").asText())
        .isEqualTo(server.uri());
  }

  @Test
  void theTokenIsSentInTheHeaderAlone() throws IOException {
    String token = "canary-0123456789abcdef";
    Path file = folder.resolve("token");
    Files.writeString(file, token + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    server.fault = MlflowServer.Fault.UNAUTHORIZED;
    server.faultIn = "runs/create";
    TrackedTraining training =
        training()
            .with("report.mlflow.token", file.toUri().toString())
            .observedBy(
                TrackedTraining.at(
                    16,
                    () -> {
                      // The second is after the failure of the first.
                      await("two attempts", () -> calls("runs/create") >= 2);
                      server.heal();
                    }));
    training.run();
    requireComplete();
    assertThat(server.authorizations).isNotEmpty().containsOnly("Bearer " + token);
    assertThat(server.authorizations).hasSameSizeAs(server.requests);
    assertThat(server.requests).noneMatch(request -> request.contains("canary"));
    assertThat(server.run().params.toString() + server.run().tags).doesNotContain("canary");
    assertThat(training.notes.toString()).contains("answers 401").doesNotContain("canary");
    try (var files = Files.walk(directory)) {
      for (Path found : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(found, StandardCharsets.ISO_8859_1))
            .as(found.toString())
            .doesNotContain("canary");
      }
    }
  }

  @Test
  void aTokenThatTheServerQuotesIsRedactedAlsoWhereItsMessageIsShortened() throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, "quoted-0123456789abcdef");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(
            MlflowReporter.token(
                new Mlflow(server.uri(), "a", file.toUri().toString()), new Configuration()))
        .isNotNull();
    for (int before = 50; before < 90; before++) {
      assertThat(new MlflowFailure(401, "DENIED", "x".repeat(before) + "quoted-0123456789abcdef"))
          .message()
          .doesNotContain("quoted-");
    }
  }

  @Test
  void aTokenThatDoesNotExistIsAWarning() throws IOException {
    TrackedTraining training = training().with("report.mlflow.token", "env:NO_SUCH_VARIABLE");
    training.run();
    assertThat(training.ofMlflow())
        .singleElement()
        .asString()
        .startsWith(
            "MLflow: report.mlflow.token: the environment variable NO_SUCH_VARIABLE of"
                + " the driver is not set");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void parametersAreShortenedForAnOldServer() throws IOException {
    server.mostParameterChars = 500;
    String path = folder + "/" + "x".repeat(600);
    String experiment = MlflowRun.experiment(http(), "long");
    MlflowRun run = MlflowRun.create(http(), experiment, "long", 1, Map.of());
    run.logParameters(Map.of("data.path", path), 500);
    assertThat(server.run().params.get("data.path"))
        .hasSize(500)
        .startsWith(folder.toString())
        .endsWith("… (" + path.length() + " characters)");
  }

  @Test
  void aFailedRunIsMarkedAsFailed() throws IOException {
    TrackedTraining training = training().with("optimizer.learning-rate", 1e30);
    assertThatThrownBy(training::run).isInstanceOf(DivergedException.class);
    assertThat(server.run().status).isEqualTo("FAILED");
  }

  @Test
  void aRunThatASignalEndsIsMarkedAsKilled() throws Exception {
    Process process = started("signal");
    try {
      await("the server has it", () -> server.runs.size() == 1 && sent() >= 14);
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(server.run().status).isEqualTo("KILLED");
    training().run();
    assertThat(server.run().status).isEqualTo("FINISHED");
    requireComplete();
  }

  private void kill(String when) throws Exception {
    Process process = started(when);
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(KilledTraining.EXIT_CODE);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process started(String when) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledTraining.class.getName(),
            directory.toString(),
            server.uri(),
            "14",
            when)
        .inheritIO()
        .start();
  }
}
