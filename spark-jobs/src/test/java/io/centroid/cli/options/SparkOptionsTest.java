package io.centroid.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.config.RunConfig;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SparkOptionsTest {

  @Test
  void masterAndPropertiesAreThoseOfSpark() {
    RunConfig config =
        load(
            "--master",
            "local[3]",
            "--conf",
            "spark.hadoop.fs.s3a.endpoint=http://a=b:9000",
            "--conf=spark.executorEnv.A_B={x}",
            "--set",
            "train.epochs=7");
    assertThat(config.spark().master()).isEqualTo("local[3]");
    assertThat(config.spark().conf())
        .containsEntry("spark.hadoop.fs.s3a.endpoint", "http://a=b:9000")
        .containsEntry("spark.executorEnv.A_B", "{x}");
    assertThat(config.train().epochs()).isEqualTo(7);
  }

  @Test
  void theMasterMayBeAProperty() {
    RunConfig config = load("--conf", "spark.master=local[5]");
    assertThat(config.spark().master()).isEqualTo("local[5]");
    assertThat(config.spark().conf()).doesNotContainKey("spark.master");
  }

  private static RunConfig load(String... arguments) {
    Run run = new Run();
    new CommandLine(run).parseArgs(arguments);
    return run.options.load(null);
  }

  @Command
  private static final class Run {
    @Mixin private RunOptions options;
  }
}
