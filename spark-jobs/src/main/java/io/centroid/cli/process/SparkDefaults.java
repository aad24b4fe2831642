package io.centroid.cli.process;

import io.centroid.error.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The machine's {@code spark-defaults.conf} for commands that spark-submit does not start: like
 * spark-submit it makes the file's properties system properties. They are below every explicit
 * setting.
 */
final class SparkDefaults {
  /** Properties that only spark-submit can act on; the master is {@code spark.master} of ours. */
  private static final Set<String> OF_SUBMISSION =
      Set.of(
          "spark.master",
          "spark.submit.deployMode",
          "spark.jars",
          "spark.jars.packages",
          "spark.driver.memory",
          "spark.driver.extraClassPath",
          "spark.driver.extraJavaOptions",
          "spark.driver.extraLibraryPath");

  private SparkDefaults() {}

  /**
   * Reads the file in {@code SPARK_CONF_DIR}, or else in {@code SPARK_HOME/conf}, if it is there.
   *
   * @throws InputException if it cannot be read
   */
  static void apply(Map<String, String> environment, Properties system) {
    if (system.containsKey("SPARK_SUBMIT") || system.containsKey("spark.submit.deployMode")) {
      return;
    }
    String folder = environment.getOrDefault("SPARK_CONF_DIR", "");
    String home = environment.getOrDefault("SPARK_HOME", "");
    if (folder.isEmpty() && home.isEmpty()) {
      return;
    }
    Path file =
        (folder.isEmpty() ? Path.of(home, "conf") : Path.of(folder)).resolve("spark-defaults.conf");
    if (!Files.isRegularFile(file)) {
      return;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
    }
    for (String key : read.stringPropertyNames()) {
      if (key.startsWith("spark.") && !OF_SUBMISSION.contains(key)) {
        system.putIfAbsent(key, read.getProperty(key).strip());
      }
    }
  }
}
