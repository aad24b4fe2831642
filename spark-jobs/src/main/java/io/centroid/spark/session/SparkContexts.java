package io.centroid.spark.session;

import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.io.HdfsDefaults;
import io.centroid.security.KerberosLogin;
import io.centroid.security.Redaction;
import io.centroid.security.SecretKeys;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Starts Spark for our commands, with what training needs. Each of these wins over those before it:
 * the defaults here, what spark-submit says (in its properties file, then in its own options), the
 * configuration's {@code spark.conf}.
 */
public final class SparkContexts {
  /** What Spark and spark-submit write down of the application that runs. */
  private static final Pattern OF_ONE_APPLICATION =
      Pattern.compile(
          "^spark[.](master$|app[.](id|startTime|submitTime|initial.*)$|driver[.]port$|executor[.]id$"
              + "|jars$|files$|archives$|repl[.]|submit[.])");

  /** Spark's own share of an executor's memory outside the heap, where nothing else is said. */
  private static final long LEAST_OVERHEAD_MB = 384;

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
    SparkConf conf = configured(config, new SparkConf());
    SparkSecrets.resolve(conf);
    logIn(config.kerberos(), conf);
    JavaSparkContext spark = FirstExecutor.context(conf);
    if (isLocal(conf)) {
      spark.setLogLevel("ERROR");
    }
    return spark;
  }

  /**
   * All that is known before Spark starts.
   *
   * @param submitted what spark-submit says; added to
   */
  static SparkConf configured(RunConfig config, SparkConf submitted) {
    SparkConf conf = submitted;
    config.spark().conf().forEach(conf::set);
    conf.setIfMissing("spark.master", config.spark().master());
    conf.setIfMissing("spark.app.name", "centroid " + config.run().name());
    if (isLocal(conf)) {
      embedded(conf);
    }
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.redaction.regex", SecretKeys.PATTERN);
    // Parameters are noise to a compressor.
    conf.setIfMissing("spark.broadcast.compress", "false");
    // Parallelism comes from workers; two threads a task were slower under load.
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
    // The driver collects one copy of a large model, or 64 MiB of small deltas.
    conf.setIfMissing("spark.driver.maxResultSize", "4g");
    // A killed task that goes on all the same takes its executor with it, which Spark replaces:
    // else it would keep its core for ever. Steps look for interrupts, so two minutes are one step.
    conf.setIfMissing("spark.task.reaper.enabled", "true");
    conf.setIfMissing("spark.task.reaper.killTimeout", "120s");
    // A shard stays on the executor that read it: those that start a second later must get theirs.
    conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    outlastHdfs(conf, new Configuration());
    long nativeMemory = config.compute().nativeMemory();
    // Spark's own default, and the native arrays that it knows nothing of.
    double heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    double overhead = heap * conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    conf.setIfMissing(
        "spark.executor.memoryOverhead",
        Math.max((long) overhead, LEAST_OVERHEAD_MB) + (nativeMemory >> 20) + "m");
    String options = conf.get("spark.executor.extraJavaOptions", "");
    conf.set(
        "spark.executor.extraJavaOptions", (nativeOptions(nativeMemory) + " " + options).strip());
    return conf;
  }

  /**
   * The same configuration whose text has Spark's settings as they are in force. What tells of a
   * secret is left out, unless the configuration itself says it: then it is a reference.
   */
  public static RunConfig inForce(RunConfig config, JavaSparkContext spark) {
    Map<String, String> conf = new TreeMap<>();
    for (Tuple2<String, String> setting : spark.getConf().getAll()) {
      if (!OF_ONE_APPLICATION.matcher(setting._1()).find() && isOpen(setting._1(), setting._2())) {
        conf.put(setting._1(), setting._2());
      }
    }
    config.spark().conf().forEach(conf::putIfAbsent);
    return config.withSparkInForce(spark.master(), conf);
  }

  /** Whether a setting may be written down. */
  private static boolean isOpen(String key, String value) {
    try {
      SecretKeys.requireNone("spark", key, value);
    } catch (InputException e) {
      return false;
    }
    return !SecretKeys.isSecret(key)
        && !SecretKeys.mentionsSecret(value)
        && Redaction.of(value).equals(value);
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
