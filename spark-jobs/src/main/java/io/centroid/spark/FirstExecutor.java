package io.centroid.spark;

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
  /** How the Master's names of applications begin; Spark makes up another one without it. */
  private static final String REGISTERED = "app-";

  private FirstExecutor() {}

  /**
   * Starts Spark.
   *
   * @throws NoExecutorException if Spark gave the Master up while it started
   */
  static JavaSparkContext context(SparkConf conf) {
    try {
      return new JavaSparkContext(conf);
    } catch (IllegalStateException e) {
      if (isStandalone(conf) && firstLine(e).contains("stopped SparkContext")) {
        throw noMaster(conf, e);
      }
      throw e;
    }
  }

  /**
   * Returns when there is an executor; otherwise stops the context.
   *
   * @param limit 0: as long as it takes
   * @throws NoExecutorException with what was asked for and what the cluster has
   */
  static void await(JavaSparkContext spark, Duration limit) {
    spark.setJobDescription("waiting for an executor");
    JavaFutureAction<Long> first = spark.parallelize(List.of(0), 1).countAsync();
    try {
      first.get(limit.isZero() ? Long.MAX_VALUE : limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      first.cancel(true);
      // Spark may still wait for others to come.
      if (executors(spark) == 0) {
        throw stopped(spark, new NoExecutorException(missing(spark, limit)));
      }
    } catch (ExecutionException e) {
      if (isStandalone(spark.getConf()) && !spark.sc().applicationId().startsWith(REGISTERED)) {
        throw stopped(spark, noMaster(spark.getConf(), e));
      }
      throw stopped(
          spark,
          new NoExecutorException(
              "no executor stays alive: "
                  + firstLine(e.getCause() == null ? e : e.getCause())
                  + "; why is in the executors' own logs, in the Workers' work folders",
              e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(spark, new NoExecutorException("interrupted while waiting for an executor", e));
    }
  }

  /** Spark counts the driver among them. */
  private static int executors(JavaSparkContext spark) {
    return spark.sc().statusTracker().getExecutorInfos().length - 1;
  }

  private static String missing(JavaSparkContext spark, Duration limit) {
    ExecutorRequest request = ExecutorRequest.of(spark.getConf());
    return "no executor came within "
        + limit.toSeconds()
        + " s (spark.executor-timeout): asked for "
        + request
        + "; "
        + MasterPage.of(spark.getConf())
            .map(page -> page.shortfall(request))
            .orElse("what the cluster has is not known here, its pages and logs tell");
  }

  private static boolean isStandalone(SparkConf conf) {
    return conf.get("spark.master").startsWith("spark://");
  }

  private static NoExecutorException noMaster(SparkConf conf, Exception cause) {
    return new NoExecutorException(
        "no Spark Master takes this application at " + conf.get("spark.master"), cause);
  }

  private static NoExecutorException stopped(JavaSparkContext spark, NoExecutorException e) {
    spark.stop();
    return e;
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("");
  }
}
