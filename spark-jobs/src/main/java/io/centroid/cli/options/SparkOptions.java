package io.centroid.cli.options;

import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that use Spark, with the names and meanings of spark-submit. */
public final class SparkOptions {
  /** Properties that only take effect when the driver's JVM starts. */
  private static final Set<String> OF_DRIVER_START =
      Set.of(
          "spark.driver.memory",
          "spark.driver.extraClassPath",
          "spark.driver.extraJavaOptions",
          "spark.driver.extraLibraryPath");

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master, as in spark-submit, for example local[*] (default: spark.master of the"
              + " configuration).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Spark property, as in spark-submit; repeatable.")
  private List<String> properties = new ArrayList<>();

  /** True if {@code --master} is given. */
  boolean hasMaster() {
    return master != null;
  }

  /**
   * The overrides of the configuration, {@code key=value} each.
   *
   * @throws InputException if a property is not one of Spark, or comes too late
   */
  public List<String> overrides() {
    List<String> all = new ArrayList<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      String key = property.substring(0, Math.max(0, equals)).strip();
      if (!key.matches("spark[.][^\"=]+")) {
        throw new InputException(
            "--conf: expected spark.KEY=VALUE (Centroid's own keys are set by --set), found "
                + (equals < 0 ? "no =" : "the key " + key));
      }
      String value = property.substring(equals + 1).strip();
      if (OF_DRIVER_START.contains(key)) {
        throw new InputException(
            "--conf "
                + key
                + " has no effect in a running driver: give it to spark-submit, or to submit before"
                + " the command; CENTROID_DRIVER_MEMORY sets the memory of ./centroid");
      }
      all.add(key.equals("spark.master") ? master(value) : "spark.conf.\"" + key + "\"=" + value);
    }
    if (master != null) {
      all.add(master(master));
    }
    return all;
  }

  /** Under spark-submit the master is decided before the command runs. */
  private static String master(String url) {
    String submitted = System.getProperty("spark.master");
    if (submitted != null && !submitted.equals(url)) {
      throw new InputException(
          "--master "
              + url
              + ": spark-submit already chose "
              + submitted
              + "; its --master comes before the jar");
    }
    return "spark.master=" + url;
  }
}
