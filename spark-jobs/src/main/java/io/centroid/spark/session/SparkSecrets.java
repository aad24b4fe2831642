package io.centroid.spark.session;

import io.centroid.error.InputException;
import io.centroid.security.SecretKeys;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Resolves references to secrets in Spark's properties, in the driver's memory, just before Spark
 * starts. Executors receive the secrets over Spark's RPC, encrypted if spark.network.crypto.enabled
 * is true.
 */
public final class SparkSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(SparkSecrets.class);
  private static final String HADOOP = "spark.hadoop.";

  private SparkSecrets() {}

  /**
   * Resolves all references.
   *
   * @throws InputException if a reference cannot be resolved, or a secret would have no effect
   */
  static void resolve(SparkConf conf) {
    SecretResolver resolver = new SecretResolver(hadoop(conf));
    boolean any = false;
    for (Tuple2<String, String> setting : conf.getAll()) {
      String key = setting._1();
      Optional<SecretReference> reference =
          SecretKeys.isSecret(key) ? SecretReference.parse(setting._2()) : Optional.empty();
      if (reference.isPresent()) {
        SecretKeys.requireNone("spark", key, setting._2());
        conf.set(key, resolver.resolve(key, reference.get()).reveal());
        any = true;
      }
    }
    if (conf.contains("spark.authenticate.secret")
        && !conf.getBoolean("spark.authenticate", false)) {
      throw new InputException(
          "spark.authenticate.secret is set, but spark.authenticate is not true");
    }
    if (any
        && !conf.get("spark.master", "local").startsWith("local")
        && !conf.getBoolean("spark.network.crypto.enabled", false)) {
      LOG.warn(
          "secrets are sent to the executors unencrypted: spark.network.crypto.enabled is not"
              + " true");
    }
  }

  /** Hadoop's configuration as Spark will build it, without secrets. */
  static Configuration hadoop(SparkConf conf) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf.getAll()) {
      if (setting._1().startsWith(HADOOP) && !SecretKeys.isSecret(setting._1())) {
        hadoop.set(setting._1().substring(HADOOP.length()), setting._2());
      }
    }
    return hadoop;
  }
}
