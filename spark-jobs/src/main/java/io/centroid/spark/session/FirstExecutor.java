package io.centroid.spark.session;

import io.centroid.error.InputException;
import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.internal.StartedExecutor;
import java.io.IOException;
import java.net.BindException;
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

  /** How long Spark waits for all requested executors before it starts the first task. */
  private static final String REGISTRATION = "spark.scheduler.maxRegisteredResourcesWaitingTime";

  private static final int CONNECT_MILLIS = 5_000;

  private FirstExecutor() {}

  /**
   * Starts a SparkContext. On a standalone cluster Spark tries to register three times within a
   * minute.
   *
   * @throws NoExecutorException if no Master is reachable
   * @throws InputException if the Master rejects the application, or Spark its settings
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
    } catch (IllegalArgumentException e) {
      throw new InputException("Spark rejects its settings: " + firstLine(e), e);
    } catch (Exception e) {
      if (e instanceof BindException refused) { // It is checked, but Scala does not declare it.
        throw DriverPorts.refused(conf, refused);
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
   * @throws NoExecutorException if none registers within the limit, or none can run a task
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
    JavaFutureAction<Long> first = spark.parallelize(List.of(0), 1).countAsync();
    try {
      if (isDone(first, limit.isZero() ? Long.MAX_VALUE : limit.toMillis()) || hasStarted(spark)) {
        return true;
      }
      // Spark may still wait for more executors before it starts the first task.
      long wait = spark.getConf().getTimeAsMs(REGISTRATION, "30s") - limit.toMillis();
      if (wait > 0 && hasRoom(spark) && (isDone(first, wait) || hasStarted(spark))) {
        return true;
      }
      throw new NoExecutorException(StartFailure.of(spark, limit));
    } catch (ExecutionException e) {
      throw new NoExecutorException(
          "executors exit at startup: "
              + firstLine(e.getCause() == null ? e : e.getCause())
              + "; "
              + StartFailure.logs(spark),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoExecutorException("interrupted while waiting for an executor", e);
    } finally {
      first.cancel(true);
    }
  }

  private static boolean isDone(JavaFutureAction<Long> first, long millis)
      throws ExecutionException, InterruptedException {
    try {
      first.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Whether the task runs, perhaps slowly. */
  private static boolean hasStarted(JavaSparkContext spark) {
    return StartedExecutor.of(spark.sc()).stream()
        .anyMatch(executor -> executor.isActive() && executor.hasTask());
  }

  /** Whether an executor is there that has the cores for a task. */
  private static boolean hasRoom(JavaSparkContext spark) {
    int cpus = spark.getConf().getInt("spark.task.cpus", 1);
    return StartedExecutor.of(spark.sc()).stream()
        .anyMatch(executor -> executor.isActive() && executor.cores() >= cpus);
  }

  static boolean isStandalone(SparkConf conf) {
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

  /** Whether one of the Masters of a {@code spark.master} accepts connections. */
  static boolean listens(String masters) {
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
