package io.centroid.spark.session;

import io.centroid.InputException;
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
 * Waits until a cluster has given an executor, with a task that does nothing: Spark itself would
 * wait for ever. A task and not a look, because dynamic allocation asks for no executor before.
 */
final class FirstExecutor {
  private static final String STANDALONE = "spark://";

  /** How the Master's names of applications begin; Spark makes up another one without it. */
  private static final String REGISTERED = "app-";

  private static final int CONNECT_MILLIS = 5_000;

  private FirstExecutor() {}

  /**
   * Starts Spark, which asks a standalone Master three times in a minute.
   *
   * @throws NoExecutorException if there is no Master
   * @throws InputException if there is one that does not take this application
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
    // Spark returns a context that it is about to stop.
    if (isStandalone(conf) && !spark.sc().applicationId().startsWith(REGISTERED)) {
      spark.stop();
      throw noMaster(conf, new IllegalStateException("the application was not registered"));
    }
    return spark;
  }

  /**
   * Returns when there is an executor; otherwise stops the context.
   *
   * @param limit 0: as long as it takes
   * @throws NoExecutorException with what was asked for and where to look
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
      // Spark may still wait for others to come; it counts the driver among the executors.
      if (spark.sc().statusTracker().getExecutorInfos().length == 1) {
        throw new NoExecutorException(
            "no executor came within "
                + limit.toSeconds()
                + " s (spark.executor-timeout): asked for "
                + request(conf)
                + "; "
                + whereToLook(spark));
      }
    } catch (ExecutionException e) {
      throw new NoExecutorException(
          "no executor stays alive: "
              + firstLine(e.getCause() == null ? e : e.getCause())
              + "; why is in the executors' own logs, in the Workers' work folders",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoExecutorException("interrupted while waiting for an executor", e);
    }
    return true;
  }

  /** What a job asks for each of its executors. */
  static String request(SparkConf conf) {
    int most = conf.getInt("spark.cores.max", Integer.MAX_VALUE);
    return MasterPage.room(
            conf.getInt("spark.executor.cores", conf.getInt("spark.task.cpus", 1)),
            conf.getSizeAsMb("spark.executor.memory", "1g"),
            conf.getLong("spark.executor.resource.gpu.amount", 0))
        + " for each executor"
        + (most == Integer.MAX_VALUE ? "" : ", " + most + " core(s) in all");
  }

  private static String whereToLook(JavaSparkContext spark) {
    String master = spark.master();
    String application = spark.sc().applicationId();
    if (isStandalone(spark.getConf())) {
      return MasterPage.described(spark.getConf());
    }
    if (master.startsWith("yarn")) {
      return "see " + application + " on the ResourceManager's page (yarn application -status)";
    }
    return master.startsWith("k8s")
        ? "see kubectl describe pods -l spark-app-selector=" + application
        : "see the pages and logs of " + master;
  }

  private static boolean isStandalone(SparkConf conf) {
    return conf.get("spark.master").startsWith(STANDALONE);
  }

  /** What Spark tells of a Master that did not register the application is that it gave up. */
  private static RuntimeException noMaster(SparkConf conf, Exception cause) {
    String master = conf.get("spark.master");
    if (!listens(master)) {
      return new NoExecutorException("no Spark Master answers at " + master, cause);
    }
    return new InputException(
        "the Spark Master at "
            + master
            + " does not take this application: spark.authenticate (here "
            + conf.get("spark.authenticate", "false")
            + ") and spark.authenticate.secret must be as the Master has them, and Spark of the"
            + " same version",
        cause);
  }

  private static boolean listens(String masters) {
    for (String master : masters.substring(STANDALONE.length()).split(",")) {
      URI address = URI.create(STANDALONE + master);
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
        return true;
      } catch (IOException | IllegalArgumentException e) {
        // Another one may listen.
      }
    }
    return false;
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("");
  }
}
