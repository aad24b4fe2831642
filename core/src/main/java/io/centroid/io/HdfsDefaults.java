package io.centroid.io;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * Defaults for HDFS clients, so that a writer survives a NameNode restart or the loss of a
 * DataNode. Keys that the site's configuration sets take precedence.
 */
public final class HdfsDefaults {
  private static final String CLOSING = "dfs.client.block.write.locateFollowingBlock.";

  private static final Map<String, String> VALUES = values();

  private HdfsDefaults() {}

  private static Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dfs.client.retry.policy.enabled", "true");
    // Pairs of milliseconds and attempts. A call to a NameNode in safe mode is retried for their
    // sum, 90 s. If the NameNode is down, the connection follows the same policy on each attempt,
    // and the call fails after about 15 minutes.
    values.put("dfs.client.retry.policy.spec", "1000,2,15000,6");
    // Closing a file asks the NameNode whether the DataNodes have reported the last block, and
    // waits if they have not. That takes milliseconds, for which HDFS's own default of 400 ms is
    // most of the time of a checkpoint; after a restart it takes the DataNodes' full reports.
    // 20, 40, ... 40,960, 60,000 ms are 142 s in total.
    values.put(CLOSING + "initial.delay.ms", "20");
    values.put(CLOSING + "retries", "13");
    // With as many DataNodes as replicas no one can replace a dead one: continue with the rest,
    // and let the NameNode re-replicate later.
    values.put("dfs.client.block.write.replace-datanode-on-failure.best-effort", "true");
    return values;
  }

  /** The defaults that the configuration does not set. */
  public static Map<String, String> missing(Configuration configuration) {
    HdfsConfiguration.init(); // Loads the site's hdfs-site.xml.
    Map<String, String> missing = new LinkedHashMap<>(VALUES);
    missing.keySet().removeIf(key -> isSet(configuration, key));
    if (!missing
        .keySet()
        .containsAll(VALUES.keySet().stream().filter(HdfsDefaults::isClosing).toList())) {
      // Attempts and first delay belong together.
      missing.keySet().removeIf(HdfsDefaults::isClosing);
    }
    if (!configuration.getPropsWithPrefix("dfs.ha.namenodes.").isEmpty()) {
      // With a second NameNode the client fails over, which must not wait for the first.
      missing.keySet().removeIf(key -> key.startsWith("dfs.client.retry.policy."));
    }
    return missing;
  }

  static void addTo(Configuration configuration) {
    missing(configuration)
        .forEach((key, value) -> configuration.set(key, value, "Centroid's HDFS defaults"));
  }

  private static boolean isClosing(String key) {
    return key.startsWith(CLOSING);
  }

  private static boolean isSet(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null
        && !Arrays.stream(sources).allMatch(source -> source.endsWith("hdfs-default.xml"));
  }
}
