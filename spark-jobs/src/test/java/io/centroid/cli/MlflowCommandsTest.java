package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import io.centroid.tracking.MlflowServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that tell an MLflow server, with Spark's workers replaced by threads. */
class MlflowCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void aTrainingIsTrackedAndItsVersionsFollowTheRegistry() throws IOException {
    try (MlflowServer server = new MlflowServer()) {
      server.acceptLocalSources();
      String uri = "report.mlflow.uri=" + server.uri();
      assertThat(train(uri)).as(err.toString()).isZero();
      assertThat(server.statuses()).containsExactly("FINISHED");
      assertThat(server.count("training/loss")).isEqualTo(5);
      assertThat(server.count("test/accuracy")).isEqualTo(1);
      String run = folder.resolve("run").toString();
      assertThat(registry("register", run, "--alias", "champion", "--set", uri)).isZero();
      assertThat(registry("register", run, "--set", uri)).isZero();
      assertThat(server.versions())
          .extracting(MlflowServer.Version::runId)
          .containsExactly(server.runIds().get(0), server.runIds().get(0));
      assertThat(server.aliases("digits")).isEqualTo(Map.of("champion", "1"));
      assertThat(registry("promote", "2", "--set", uri)).isZero();
      assertThat(server.aliases("digits")).isEqualTo(Map.of("champion", "2"));
      assertThat(registry("rollback", "--set", uri)).isZero();
      assertThat(server.aliases("digits")).isEqualTo(Map.of("champion", "1"));
      assertThat(server.refusals()).isEmpty();
      assertThat(err.toString()).doesNotContain("MLflow");
    }
  }

  @Test
  void aServerThatIsDownCostsARemark() {
    assertThat(train("report.mlflow.uri=http://127.0.0.1:9")).as(err.toString()).isZero();
    assertThat(err.toString())
        .contains("MLflow: http://127.0.0.1:9 cannot be reached", "were not delivered");
    String run = folder.resolve("run").toString();
    assertThat(registry("register", run, "--set", "report.mlflow.uri=http://127.0.0.1:9")).isZero();
    assertThat(err.toString()).contains("version 1 is not registered");
    err.getBuffer().setLength(0);
    String down = "report.mlflow.uri=http://127.0.0.1:9";
    assertThat(registry("register", run, "--quiet", "--set", down)).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aWrongUrlIsOneLineAndNothingIsWritten() {
    assertThat(train("report.mlflow.uri=mlflow:5000")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "centroid: report.mlflow.uri must be an http or https URL of a host, without user,"
                + " query and fragment: mlflow:5000 (--set report.mlflow.uri)\n");
    assertThat(folder).isEmptyDirectory();
    assertThat(registry("rollback", "--set", "train.epochs=3")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("registry --set takes report.mlflow.uri");
  }

  private int train(String mlflow) {
    List<String> args = new ArrayList<>(List.of("train"));
    for (String set :
        List.of(
            "compute.workers=local",
            "data.digits.train=200",
            "data.digits.test=50",
            "model.hidden=[4]",
            "train.workers=2",
            "train.local-steps=2",
            "train.steps=10",
            "train.batch-size=10",
            "run.dir=" + folder.resolve("run"),
            mlflow)) {
      args.addAll(List.of("--set", set));
    }
    return run(args);
  }

  private int registry(String... words) {
    List<String> args = new ArrayList<>(List.of("registry"));
    args.addAll(List.of(words));
    args.addAll(List.of("--model", "digits", "--registry", folder.resolve("registry").toString()));
    return run(args);
  }

  private int run(List<String> args) {
    return Centroid.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
  }
}
