package io.centroid.cli.options;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Options of commands that read a configuration and use Spark. */
public final class RunOptions {
  @Mixin private ConfigurationOptions configuration;
  @Mixin private SparkOptions spark;

  /** The overrides of the configuration, {@code key=value} each. */
  public List<String> overrides() {
    List<String> all = new ArrayList<>(configuration.overrides());
    all.addAll(spark.overrides());
    return all;
  }

  /** As {@link #load(String, List)}, without more overrides. */
  public RunConfig load(@Nullable String file) {
    return load(file, List.of());
  }

  /**
   * Loads a configuration.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults
   * @param more overrides that take precedence over the options
   * @throws InputException naming key, value and place
   */
  public RunConfig load(@Nullable String file, List<String> more) {
    List<String> all = overrides();
    all.addAll(more);
    RunConfig config = RunConfig.load(file, all);
    if (spark.hasMaster() && config.compute().workers() == RunConfig.Compute.WorkerKind.LOCAL) {
      throw new InputException("--master requires compute.workers = spark, found local")
          .about("compute.workers=spark");
    }
    return config;
  }
}
