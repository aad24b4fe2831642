package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.centroid.config.hocon.ConfigSources;
import io.centroid.config.hocon.Hocon;
import io.centroid.error.InputException;
import java.io.File;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings that a run recorded in its {@code effective.conf}.
 *
 * @param values values by key in canonical form: equal settings have equal text
 * @param changed those that differ from the defaults of this release, or are unknown to it, without
 *     the Spark properties that Centroid and Spark set
 */
public record EffectiveSettings(
    SortedMap<String, String> values, SortedMap<String, String> changed) {
  /** No settings. */
  public static final EffectiveSettings NONE =
      new EffectiveSettings(new TreeMap<>(), new TreeMap<>());

  /** Spark properties that Centroid or Spark sets, to values that depend on the run. */
  private static final Set<String> OF_SPARK =
      Set.of(
          "app.name",
          "driver.extraJavaOptions",
          "driver.host",
          "executor.extraJavaOptions",
          "executor.memoryOverhead");

  /** Settings in force without being configured: defaults for Spark, and the device of auto. */
  private static final Set<String> IN_FORCE =
      Set.of(
          "compute.device=cpu",
          spark("broadcast.compress", "false"),
          spark("driver.bindAddress", "127.0.0.1"),
          spark("driver.maxResultSize", "4g"),
          spark("executorEnv.CUBLAS_WORKSPACE_CONFIG", ":4096:8"),
          spark("executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
          spark("executorEnv.OMP_NUM_THREADS", "1"),
          spark("hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "20"),
          spark("hadoop.dfs.client.block.write.locateFollowingBlock.retries", "13"),
          spark("hadoop.dfs.client.block.write.replace-datanode-on-failure.best-effort", "true"),
          spark("hadoop.dfs.client.retry.policy.enabled", "true"),
          spark("hadoop.dfs.client.retry.policy.spec", "1000,2,15000,6"),
          spark("shuffle.checksum.enabled", "false"),
          spark("shuffle.compress", "false"),
          spark("shuffle.spill.compress", "false"),
          spark("task.reaper.enabled", "true"),
          spark("task.reaper.killTimeout", "120s"),
          spark("ui.enabled", "false"),
          spark("ui.showConsoleProgress", "false"));

  public EffectiveSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    changed = Collections.unmodifiableSortedMap(new TreeMap<>(changed));
  }

  /**
   * Parses the file. It is data: nothing is included or interpolated, and keys of other releases
   * are accepted.
   *
   * @param file name for messages
   * @throws InputException if it is not HOCON with all values written out
   */
  public static EffectiveSettings parse(String file, String text) {
    SortedMap<String, String> values = new TreeMap<>();
    data(file, text).forEach((key, value) -> values.put(key, ConfigRenderer.canonical(value)));
    SortedMap<String, String> defaults = values(ConfigSources.read((String) null, List.of()));
    SortedMap<String, String> changed = new TreeMap<>(values);
    changed
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().equals(defaults.get(entry.getKey()))
                    || IN_FORCE.contains(entry.getKey() + "=" + entry.getValue())
                    || OF_SPARK.stream().anyMatch(name -> entry.getKey().equals(sparkKey(name))));
    return new EffectiveSettings(values, changed);
  }

  private static String sparkKey(String name) {
    return "spark.conf.\"spark." + name + '"';
  }

  private static String spark(String name, String value) {
    return sparkKey(name) + "=" + value;
  }

  /** The values of the file by key as data: nothing is included or interpolated. */
  static SortedMap<String, Object> data(String file, String text) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setOriginDescription(file).setIncluder(new NoIncludes(file));
    return Hocon.translated(
        file,
        () -> {
          SortedMap<String, Object> values = new TreeMap<>();
          for (Map.Entry<String, ConfigValue> entry :
              ConfigFactory.parseString(text, options).entrySet()) {
            values.put(entry.getKey(), entry.getValue().unwrapped());
          }
          return values;
        });
  }

  /** A whole number; 0 if there is none. */
  public long whole(String key) {
    String value = values.getOrDefault(key, "");
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
  }

  private static SortedMap<String, String> values(Config config) {
    SortedMap<String, String> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      values.put(entry.getKey(), ConfigRenderer.canonical(entry.getValue().unwrapped()));
    }
    return values;
  }

  /** Refuses all includes, without looking for the files. */
  private record NoIncludes(String file)
      implements ConfigIncluder, ConfigIncluderURL, ConfigIncluderClasspath, ConfigIncluderFile {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String name) {
      throw refused();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL url) {
      throw refused();
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String name) {
      throw refused();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File name) {
      throw refused();
    }

    private InputException refused() {
      return new InputException(file + ": expected the settings themselves, found an include");
    }
  }
}
