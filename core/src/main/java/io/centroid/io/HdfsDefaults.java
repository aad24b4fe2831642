package io.centroid.io;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * What an HDFS client is told where the site's {@code hdfs-site.xml} says nothing, so that a
 * NameNode that restarts, or a DataNode that dies, does not take a writer with it. A key that the
 * site sets, in whatever file, is left alone.
 */
public final class HdfsDefaults {
  private static final Map<String, String> VALUES = values();

  private HdfsDefaults() {}

  private static Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dfs.client.retry.policy.enabled", "true");
    // Pairs of milliseconds and attempts. A NameNode in safe mode is asked for their sum, a minute
    // and a half. One that is down is asked for that long at each of these attempts, since the
    // connection follows the same policy: about a quarter of an hour, and then the call fails.
    values.put("dfs.client.retry.policy.spec", "1000,2,15000,6");
    // After a restart the NameNode knows of no finished block until the DataNodes have reported:
    // closing a file waits for them 0.4, 0.8, ... 60 s, two and a half minutes in all.
    values.put("dfs.client.block.write.locateFollowingBlock.retries", "9");
    // With as many DataNodes as replicas there is none to take a dead one's place: go on with those
    // that are left, and the NameNode makes up for it later.
    values.put("dfs.client.block.write.replace-datanode-on-failure.best-effort", "true");
    return values;
  }

  /** The defaults that the configuration leaves open. */
  public static Map<String, String> missing(Configuration configuration) {
    HdfsConfiguration.init(); // Until then the site's hdfs-site.xml has not been read.
    Map<String, String> missing = new LinkedHashMap<>(VALUES);
    missing.keySet().removeIf(key -> isSet(configuration, key));
    return missing;
  }

  static void addTo(Configuration configuration) {
    missing(configuration)
        .forEach((key, value) -> configuration.set(key, value, "Centroid's HDFS defaults"));
  }

  private static boolean isSet(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null
        && !Arrays.stream(sources).allMatch(source -> source.endsWith("hdfs-default.xml"));
  }
}
