package io.centroid.io;

import io.centroid.security.SecretKeys;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Hadoop's configuration of this process, where there is no SparkContext: the site's files on the
 * class path ({@code core-site.xml}, {@code hdfs-site.xml}), then the {@code spark.hadoop.*} system
 * properties, which come from spark-submit or from {@code spark-defaults.conf}. References to
 * secrets are resolved.
 */
public final class SiteConfiguration {
  private static final String HADOOP = "spark.hadoop.";

  private SiteConfiguration() {}

  /** The configuration. */
  public static Configuration load() {
    return load(Map.of());
  }

  /**
   * The configuration with Spark properties that take precedence over the process's own.
   *
   * @param properties Spark properties, such as those of {@code spark.conf}
   * @throws io.centroid.error.InputException if a reference to a secret cannot be resolved
   */
  public static Configuration load(Map<String, String> properties) {
    Map<String, String> settings = new TreeMap<>();
    System.getProperties().forEach((key, value) -> add(settings, key.toString(), value.toString()));
    properties.forEach((key, value) -> add(settings, key, value));
    Configuration hadoop = new Configuration();
    settings.forEach(
        (key, value) -> {
          if (!SecretKeys.isSecret(key)) {
            hadoop.set(key, value);
          }
        });
    SecretResolver resolver = new SecretResolver(new Configuration(hadoop));
    settings.forEach(
        (key, value) -> {
          if (SecretKeys.isSecret(key)) {
            Optional<SecretReference> reference = SecretReference.parse(value);
            hadoop.set(
                key,
                reference
                    .map(secret -> resolver.resolve(HADOOP + key, secret).reveal())
                    .orElse(value));
          }
        });
    return hadoop;
  }

  private static void add(Map<String, String> settings, String key, String value) {
    if (key.startsWith(HADOOP)) {
      settings.put(key.substring(HADOOP.length()), value);
    }
  }
}
