package io.centroid.spark.session;

import io.centroid.error.InputException;
import io.centroid.spark.internal.JobProperties;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Waits for the first executor by running an empty task, with a timeout: Spark itself waits
 * indefinitely. It runs a task because dynamic allocation requests executors only for pending
 * tasks.
 */
final class FirstExecutor {
  private static final String STANDALONE = "spark://";

  /**
   * Prefix of application ids that a Master assigns; Spark generates another id without a Master.
   */
  private static final String REGISTERED = "app-";

  private static final int CONNECT_MILLIS = 5_000;

  private FirstExecutor() {}

  /**
   * Starts a SparkContext. On a standalone cluster Spark tries to register three times within a
   * minute.
   *
   * @throws NoExecutorException if no Master is reachable
   * @throws InputException if the Master rejects the application
   */
  static JavaSparkContext context(SparkConf conf) {
    JavaSparkContext spark;
    try {
      spark = new JavaSparkContext(conf);
    } catch (IllegalStateException e) {
      if (isStandalone(conf) && firstLine(e).contains("stopped SparkContext")) {
        throw noMaster(conf, e);
      }
      throw e;
    }
    // Spark returns the context even if it is about to stop it.
    if (isStandalone(conf) && !spark.sc().applicationId().startsWith(REGISTERED)) {
      spark.stop();
      throw noMaster(conf, new IllegalStateException("the application was not registered"));
    }
    return spark;
  }

  /**
   * Waits for an executor; stops the context if none registers.
   *
   * @param limit timeout; zero waits indefinitely
   * @throws NoExecutorException if none registers within the limit
   */
  static void await(JavaSparkContext spark, Duration limit) {
    try {
      JobProperties.described(spark.sc(), "waiting for an executor", () -> first(spark, limit));
    } catch (RuntimeException e) {
      spark.stop();
      throw e;
    }
  }

  private static boolean first(JavaSparkContext spark, Duration limit) {
    SparkConf conf = spark.getConf();
    JavaFutureAction<Long> first = spark.parallelize(List.of(0), 1).countAsync();
    try {
      first.get(limit.isZero() ? Long.MAX_VALUE : limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      first.cancel(true);
      // Spark may still wait for more executors; it counts the driver as one.
      if (spark.sc().statusTracker().getExecutorInfos().length == 1) {
        throw new NoExecutorException(
            "no executor registered within "
                + limit.toSeconds()
                + " s (spark.executor-timeout): requested "
                + request(conf)
                + "; "
                + whereToLook(spark));
      }
    } catch (ExecutionException e) {
      throw new NoExecutorException(
          "executors exit at startup: "
              + firstLine(e.getCause() == null ? e : e.getCause())
              + "; see the executor logs in the Workers' work folders",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoExecutorException("interrupted while waiting for an executor", e);
    }
    return true;
  }

  /** Describes the resources that the application requests for each executor. */
  static String request(SparkConf conf) {
    int maxCores = conf.getInt("spark.cores.max", Integer.MAX_VALUE);
    return MasterPage.resources(
            conf.getInt("spark.executor.cores", conf.getInt("spark.task.cpus", 1)),
            conf.getSizeAsMb("spark.executor.memory", "1g"),
            conf.getLong("spark.executor.resource.gpu.amount", 0))
        + " per executor"
        + (maxCores == Integer.MAX_VALUE ? "" : ", " + maxCores + " core(s) in total");
  }

  private static String whereToLook(JavaSparkContext spark) {
    String master = spark.master();
    String application = spark.sc().applicationId();
    if (isStandalone(spark.getConf())) {
      return MasterPage.described(spark.getConf());
    }
    if (master.startsWith("yarn")) {
      return "see " + application + " in the ResourceManager's web UI (yarn application -status)";
    }
    return master.startsWith("k8s")
        ? "see kubectl describe pods -l spark-app-selector=" + application
        : "see the web UI and logs of " + master;
  }

  private static boolean isStandalone(SparkConf conf) {
    return conf.get("spark.master").startsWith(STANDALONE);
  }

  /**
   * Finds out why the Master did not register the application; Spark reports only that it gave up.
   */
  private static RuntimeException noMaster(SparkConf conf, Exception cause) {
    String master = conf.get("spark.master");
    if (!listens(master)) {
      return new NoExecutorException("no Spark Master is listening at " + master, cause);
    }
    return new InputException(
        "the Spark Master at "
            + master
            + " rejects this application: spark.authenticate (here "
            + conf.get("spark.authenticate", "false")
            + ") and spark.authenticate.secret must match those of the Master, and both must run"
            + " the same Spark version",
        cause);
  }

  private static boolean listens(String masters) {
    for (String master : masters.substring(STANDALONE.length()).split(",")) {
      URI address = URI.create(STANDALONE + master);
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
        return true;
      } catch (IOException | IllegalArgumentException e) {
        // Another Master may be listening.
      }
    }
    return false;
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("");
  }
}
