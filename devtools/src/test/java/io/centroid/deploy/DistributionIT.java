package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unpacked distribution with Java alone. */
class DistributionIT {
  @TempDir private static Path folder;
  private static Distribution centroid;

  @BeforeAll
  static void unpack() throws Exception {
    centroid = Distribution.unpackTo(folder);
  }

  @Test
  void trainsEvaluatesExportsAndServes() throws Exception {
    String run = folder.resolve("a run").toString();
    String export = folder.resolve("export").toString();
    assertThat(succeeds("--version")).matches("centroid \\d+\\.\\d+\\.\\d+ \\(Java 17\\)\n");
    assertThat(
            succeeds(
                "train",
                "--set",
                "run.dir=" + run,
                "--set",
                "data.digits.train=2000",
                "--set",
                "data.digits.test=500",
                "--set",
                "train.epochs=2"))
        .contains("Trained 2 epochs");
    assertThat(succeeds("evaluate", run)).contains("500 test examples");
    assertThat(succeeds("export", run, "--to", "onnx", "--out", export)).contains("written to");
    assertThat(Path.of(export, "model.onnx")).isRegularFile();
    Distribution.serves(centroid.command("serve", export, "--port", "0"));
    assertThat(centroid.user()).isEmptyDirectory();
  }

  @Test
  void hasNoDeveloperTools() throws Exception {
    Tool.Outcome outcome = Tool.run(centroid.command("bench", "averaging"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains("bench is a command of a checkout");
  }

  private static String succeeds(String... arguments) throws Exception {
    return Distribution.succeeds(centroid.command(arguments));
  }
}
