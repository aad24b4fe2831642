package io.centroid.spark.session;

import io.centroid.config.RunConfig;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HdfsDefaults;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.security.KerberosLogin;
import io.centroid.security.Redaction;
import io.centroid.security.SecretKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Starts a SparkContext for our commands, with the settings that training needs. In increasing
 * precedence: the defaults here, spark-submit (its properties file, then its options), the
 * configuration's {@code spark.conf}.
 */
public final class SparkContexts {
  /** Settings that Spark and spark-submit add for a single application. */
  private static final Pattern OF_ONE_APPLICATION =
      Pattern.compile(
          "^spark[.](master$|app[.](id|startTime|submitTime|initial.*)$|driver[.]port$|executor[.]id$"
              + "|jars$|files$|archives$|repl[.]|submit[.])");

  /** Spark's minimum memory overhead of an executor. */
  private static final long MIN_OVERHEAD_MB = 384;

  /** {@code spark.master} of a configuration that does not set it. */
  private static final String DEFAULT_MASTER = "local[*]";

  private static final Logger LOG = LoggerFactory.getLogger(SparkContexts.class);

  private SparkContexts() {}

  /**
   * Starts a context and waits for the first executor.
   *
   * @throws NoExecutorException if no executor registers within {@code spark.executor-timeout}
   */
  public static JavaSparkContext start(RunConfig config) {
    JavaSparkContext spark = connect(config);
    awaitExecutor(spark, config.spark());
    return spark;
  }

  /**
   * Starts a context and registers the application, without waiting for executors.
   *
   * @throws NoExecutorException if the master is unreachable
   */
  public static JavaSparkContext connect(RunConfig config) {
    SparkConf conf = configured(config, new SparkConf());
    SparkSecrets.resolve(conf);
    logIn(config.kerberos(), conf);
    requireStart(conf);
    JavaSparkContext spark = FirstExecutor.context(conf);
    if (isLocal(conf)) {
      spark.setLogLevel("ERROR");
    }
    return spark;
  }

  /**
   * Checks what Spark does not start without, which it reports without the setting or not at all.
   */
  private static void requireStart(SparkConf conf) {
    Function<String, Optional<String>> property =
        key -> conf.contains(key) ? Optional.of(conf.get(key)) : Optional.empty();
    EventLogFolder.of(property)
        .ifPresent(folder -> folder.require(new HadoopFiles(SparkSecrets.hadoop(conf))));
    DriverPorts.requireUi(property);
  }

  /**
   * Builds the Spark configuration.
   *
   * @param submitted settings of spark-submit; modified
   * @throws InputException if a setting is not what Spark expects
   */
  static SparkConf configured(RunConfig config, SparkConf submitted) {
    SparkConf conf = merged(config, submitted);
    for (InputException problem : SparkSettings.problems(conf)) {
      throw problem;
    }
    conf.setIfMissing("spark.app.name", "centroid " + config.run().name());
    if (isLocal(conf)) {
      embedded(conf);
    } else {
      shipJobJar(conf);
    }
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.redaction.regex", SecretKeys.PATTERN);
    // Floats are incompressible.
    conf.setIfMissing("spark.broadcast.compress", "false");
    conf.setIfMissing("spark.shuffle.compress", "false");
    conf.setIfMissing("spark.shuffle.spill.compress", "false");
    // Spark reads them only to diagnose damage that decompressing or decrypting has found.
    conf.setIfMissing("spark.shuffle.checksum.enabled", "false");
    // Parallelism comes from workers; two threads per task were slower under load.
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
    // CUDA numbers GPUs as nvidia-smi and Spark's discovery scripts do.
    conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    // cuBLAS is deterministic with workspaces of a fixed size (cuBLAS, "Results reproducibility").
    conf.setIfMissing("spark.executorEnv.CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    config.compute().cpuKernels().ifPresent(kernels -> pin(conf, kernels));
    // The driver collects one copy of a large model, or 64 MiB of small deltas.
    conf.setIfMissing("spark.driver.maxResultSize", "4g");
    // If a killed task does not stop, Spark kills and replaces its executor: otherwise the task
    // would occupy its core forever. Each step checks for interrupts, so two minutes allow for one
    // step.
    conf.setIfMissing("spark.task.reaper.enabled", "true");
    conf.setIfMissing("spark.task.reaper.killTimeout", "120s");
    outlastHdfs(conf, new Configuration());
    long nativeMemory = config.compute().nativeMemory();
    // Spark's own default plus our native memory.
    double heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    double overhead = heap * conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    conf.setIfMissing(
        "spark.executor.memoryOverhead",
        Math.max((long) overhead, MIN_OVERHEAD_MB) + (nativeMemory >> 20) + "m");
    String options = conf.get("spark.executor.extraJavaOptions", "");
    conf.set(
        "spark.executor.extraJavaOptions", (nativeOptions(nativeMemory) + " " + options).strip());
    return conf;
  }

  /** The settings of spark-submit, which are modified, and those of the configuration. */
  static SparkConf merged(RunConfig config, SparkConf submitted) {
    override(submitted, config.spark());
    return submitted.setIfMissing("spark.master", config.spark().master());
  }

  /** Lets executors load OpenBLAS with the pinned kernels. */
  private static void pin(SparkConf conf, CpuKernels kernels) {
    String key = "spark.executorEnv." + CpuKernels.VARIABLE;
    String given = conf.get(key, kernels.name());
    if (!kernels.isNamed(given)) {
      throw new InputException(
          InputErrors.oneLine(
              key + " = " + given + " contradicts compute.cpu-kernels = " + kernels));
    }
    conf.set(key, kernels.name());
  }

  /** Applies the configuration's settings, and tells which of spark-submit's they replace. */
  private static void override(SparkConf conf, RunConfig.Spark settings) {
    List<String> replaced =
        settings.conf().entrySet().stream()
            .filter(set -> !conf.get(set.getKey(), set.getValue()).equals(set.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!replaced.isEmpty()) {
      LOG.info("spark.conf of the configuration overrides spark-submit: {}", replaced);
    }
    settings.conf().forEach(conf::set);
    String master = conf.get("spark.master", settings.master());
    if (!master.equals(settings.master()) && !settings.master().equals(DEFAULT_MASTER)) {
      LOG.warn(
          "spark.master = {} has no effect: spark-submit already chose {}",
          settings.master(),
          master);
    }
  }

  /**
   * Returns the configuration with the effective Spark settings. Secrets are omitted, except those
   * in the configuration itself, which are references.
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

  /** True if a setting contains no secret. */
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
   * Waits for the first executor of a cluster; does nothing in local mode. Stops the context if
   * none registers.
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

  /**
   * Makes Spark's own HDFS clients, which the JVM shares, outlast a NameNode restart. Site settings
   * take precedence.
   */
  static void outlastHdfs(SparkConf conf, Configuration site) {
    HdfsDefaults.missing(site)
        .forEach((key, value) -> conf.setIfMissing("spark.hadoop." + key, value));
  }

  /** Also passes keytab and principal to Spark, which renews the delegation tokens of executors. */
  private static void logIn(KerberosLogin login, SparkConf conf) {
    if (login.isGiven()) {
      login.perform(SparkSecrets.hadoop(conf));
      conf.set("spark.kerberos.principal", login.principal());
      conf.set("spark.kerberos.keytab", login.keytab());
    }
  }

  /** Executors get the job jar also if spark-submit did not start the driver. */
  private static void shipJobJar(SparkConf conf) {
    String[] jar = JavaSparkContext.jarOfClass(SparkContexts.class);
    if (jar.length > 0 && !conf.contains("spark.submit.deployMode")) {
      conf.setIfMissing("spark.jars", jar[0]);
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
