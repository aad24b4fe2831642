package io.centroid.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkDefaultsTest {
  @TempDir private Path home;
  private final Properties system = new Properties();

  @BeforeEach
  void writeTheFile() throws IOException {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf/spark-defaults.conf"),
        """
        # A comment.
        spark.hadoop.fs.defaultFS   hdfs://ns
        spark.eventLog.enabled=true
        spark.master                yarn
        spark.driver.memory         9g
        other.key                   1
        """);
  }

  @Test
  void propertiesOfTheFileAreBelowExplicitOnes() {
    system.setProperty("spark.eventLog.enabled", "false");
    SparkDefaults.apply(Map.of("SPARK_HOME", home.toString()), system);
    assertThat(system)
        .containsOnly(
            Map.entry("spark.hadoop.fs.defaultFS", "hdfs://ns"),
            Map.entry("spark.eventLog.enabled", "false"));
  }

  @Test
  void sparkConfDirComesBeforeSparkHome() throws IOException {
    Path conf = Files.createDirectories(home.resolve("other"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.ui.port 1");
    SparkDefaults.apply(
        Map.of("SPARK_HOME", home.toString(), "SPARK_CONF_DIR", conf.toString()), system);
    assertThat(system).containsOnly(Map.entry("spark.ui.port", "1"));
  }

  @Test
  void sparkSubmitHasReadItsFile() {
    system.setProperty("SPARK_SUBMIT", "true");
    SparkDefaults.apply(Map.of("SPARK_HOME", home.toString()), system);
    assertThat(system).containsOnlyKeys("SPARK_SUBMIT");
  }
}
