package io.centroid.spark;

import io.centroid.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.LocalSparkCluster;
import org.jspecify.annotations.Nullable;

/**
 * A Spark {@code local-cluster}: Master and Workers in this JVM, executors as separate processes
 * with this JVM's class path. One per JVM.
 */
public final class LocalCluster implements AutoCloseable {
  /** Limit of every wait for executors. */
  public static final Duration LIMIT = Duration.ofMinutes(4);

  private static final String TESTING = "spark.testing";
  private static final String HOME = "spark.test.home";

  private final JavaSparkContext spark;
  private @Nullable LocalSparkCluster daemons;

  private LocalCluster(SparkConf conf) {
    spark = new JavaSparkContext(conf);
  }

  /**
   * Starts a context.
   *
   * @param home empty folder, used as SPARK_HOME
   * @param conf Spark settings, including the master
   */
  public static LocalCluster start(Path home, SparkConf conf) throws IOException {
    Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("launcher/target/scala-2.12"));
    System.setProperty(TESTING, "true");
    System.setProperty(HOME, home.toString());
    try {
      return new LocalCluster(
          conf.set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1")
              .set("spark.executor.memory", "512m")
              .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
              .set("spark.ui.enabled", "false"));
    } catch (RuntimeException e) {
      forgetHome();
      throw e;
    }
  }

  /**
   * Starts a Master and a Worker of one core in this JVM, and a context on them: other than with
   * {@code local-cluster}, Spark does not compare a task's cores with those of an executor.
   */
  public static LocalCluster standalone(Path home, SparkConf conf) throws IOException {
    Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("launcher/target/scala-2.12"));
    System.setProperty(TESTING, "true");
    System.setProperty(HOME, home.toString());
    LocalSparkCluster daemons = LocalSparkCluster.apply(1, 1, 1024, conf);
    LocalCluster cluster = start(home, conf.setMaster(daemons.start()[0]));
    cluster.daemons = daemons;
    return cluster;
  }

  public JavaSparkContext spark() {
    return spark;
  }

  /** Waits until exactly this number of executors is registered and running. */
  public void awaitExecutors(int count) throws Exception {
    Eventually.await(
        count + " executors", LIMIT, () -> registered() == count && executors().size() == count);
  }

  private int registered() {
    return spark.sc().statusTracker().getExecutorInfos().length - 1; // the driver
  }

  /** Processes of the executors. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        .filter(process -> commandLine(process).contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Process of an executor. */
  static Optional<ProcessHandle> executor(String id) {
    return executors().stream()
        .filter(process -> commandLine(process).contains("\0--executor-id\0" + id + "\0"))
        .findFirst();
  }

  /** The full command line; {@link ProcessHandle.Info} truncates it after a long class path. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  @Override
  public void close() {
    spark.stop();
    if (daemons != null) {
      daemons.stop();
    }
    forgetHome();
  }

  private static void forgetHome() {
    System.clearProperty(TESTING);
    System.clearProperty(HOME);
  }
}
