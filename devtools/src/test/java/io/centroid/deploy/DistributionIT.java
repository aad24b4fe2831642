package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
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
    assertThat(succeeds("--version"))
        .matches("(Preparing.*\n)?centroid \\d+\\.\\d+\\.\\d+ \\(Java 17\\)\n");
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

  /** Java 17 crashes while it records if an archived class has no file of its own. */
  @Test
  void sharesTheClassesOfARun() throws Exception {
    succeeds("--version");
    List<Path> archives = archives();
    assertThat(archives).hasSize(1);
    FileTime made = Files.getLastModifiedTime(archives.get(0));
    ProcessBuilder command =
        centroid.command(
            "train", "--set", "data.digits.train=2000", "--set", "train.epochs=1", "--json");
    String log = folder.resolve("loaded").toString();
    command
        .environment()
        .put(
            "JAVA_TOOL_OPTIONS",
            "-XX:StartFlightRecording=filename="
                + folder.resolve("a.jfr")
                + " -Xlog:class+load:file="
                + log);
    assertThat(Distribution.succeeds(command)).contains("\"accuracy\"");
    assertThat(Files.readString(Path.of(log)))
        .contains("org.apache.spark.SparkContext source: shared objects file");
    assertThat(archives()).isEqualTo(archives);
    assertThat(Files.getLastModifiedTime(archives.get(0))).isEqualTo(made);
  }

  @Test
  void hasNoDeveloperTools() throws Exception {
    Tool.Outcome outcome = Tool.run(centroid.command("bench", "averaging"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains("bench is a command of a checkout");
  }

  private static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(centroid.launcher().resolve("../../lib").normalize())) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }

  private static String succeeds(String... arguments) throws Exception {
    return Distribution.succeeds(centroid.command(arguments));
  }
}
