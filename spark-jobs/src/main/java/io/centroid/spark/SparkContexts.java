package io.centroid.spark;

import io.centroid.config.RunConfig;
import io.centroid.io.HdfsDefaults;
import io.centroid.security.KerberosLogin;
import io.centroid.security.SecretKeys;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Starts Spark with what training needs. What spark-submit was told wins, then the configuration's
 * {@code spark.conf}, then these defaults.
 */
public final class SparkContexts {
  private SparkContexts() {}

  /**
   * Returns when work can be done.
   *
   * @throws NoExecutorException if a cluster gave no executor within {@code spark.executor-timeout}
   */
  public static JavaSparkContext start(RunConfig config) {
    JavaSparkContext spark = connect(config);
    awaitExecutor(spark, config.spark());
    return spark;
  }

  /**
   * Returns when the master knows of the application, which may have no executor yet.
   *
   * @throws NoExecutorException if the master cannot be reached
   */
  public static JavaSparkContext connect(RunConfig config) {
    SparkConf conf = new SparkConf();
    for (Map.Entry<String, String> setting : config.spark().conf().entrySet()) {
      conf.setIfMissing(setting.getKey(), setting.getValue());
    }
    conf.setIfMissing("spark.master", config.spark().master());
    conf.setIfMissing("spark.app.name", "centroid " + config.run().name());
    if (isLocal(conf)) {
      embedded(conf);
    } else {
      Liveness.setDefaults(conf);
    }
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.redaction.regex", SecretKeys.PATTERN);
    SparkSecrets.resolve(conf);
    logIn(config.kerberos(), conf);
    MasterAccess.require(conf);
    // What travels are arrays inside records: Java's serialization is as fast and needs no
    // registration.
    conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    // Parameters are noise to a compressor.
    conf.setIfMissing("spark.broadcast.compress", "false");
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
    // A killed task that goes on all the same takes its executor with it, which Spark replaces:
    // else it would keep its core for ever. Steps look for interrupts, so two minutes are one step.
    conf.setIfMissing("spark.task.reaper.enabled", "true");
    conf.setIfMissing("spark.task.reaper.killTimeout", "120s");
    // A shard stays on the executor that read it: those that start a second later must get theirs.
    conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    outlastHdfs(conf, new Configuration());
    long nativeMemory = config.compute().nativeMemory();
    conf.setIfMissing("spark.executor.memoryOverhead", (nativeMemory >> 20) + 384 + "m");
    String options = conf.get("spark.executor.extraJavaOptions", "");
    conf.set(
        "spark.executor.extraJavaOptions", (nativeOptions(nativeMemory) + " " + options).strip());
    JavaSparkContext spark = FirstExecutor.context(conf);
    if (isLocal(conf)) {
      spark.setLogLevel("ERROR");
    }
    return spark;
  }

  /**
   * Returns when the cluster has given an executor, at once where there is no cluster; otherwise
   * stops the context.
   *
   * @throws NoExecutorException after {@code spark.executor-timeout}
   */
  public static void awaitExecutor(JavaSparkContext spark, RunConfig.Spark settings) {
    if (!isLocal(spark.getConf())) {
      FirstExecutor.await(spark, settings.executorTimeout());
    }
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master").startsWith("local");
  }

  /** Spark's own clients come first, and all of a JVM share one. What the site says wins. */
  static void outlastHdfs(SparkConf conf, Configuration site) {
    HdfsDefaults.missing(site)
        .forEach((key, value) -> conf.setIfMissing("spark.hadoop." + key, value));
  }

  /** Spark takes keytab and principal too, to renew what it gives to executors where it can. */
  private static void logIn(KerberosLogin login, SparkConf conf) {
    if (login.isGiven()) {
      login.perform(SparkSecrets.hadoop(conf));
      conf.setIfMissing("spark.kerberos.principal", login.principal());
      conf.setIfMissing("spark.kerberos.keytab", login.keytab());
    }
  }

  private static void embedded(SparkConf conf) {
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.host", "127.0.0.1");
    conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
  }

  private static String nativeOptions(long bytes) {
    return "-Dorg.bytedeco.javacpp.maxbytes="
        + bytes
        + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0";
  }
}
