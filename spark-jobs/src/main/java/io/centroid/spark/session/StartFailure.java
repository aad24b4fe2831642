package io.centroid.spark.session;

import io.centroid.spark.internal.StartedExecutor;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Explains in one line why no executor runs a task. */
final class StartFailure {
  private StartFailure() {}

  /**
   * The reason, the request and where to look.
   *
   * @param limit time waited
   */
  static String of(JavaSparkContext spark, Duration limit) {
    SparkConf conf = spark.getConf();
    List<StartedExecutor> executors = StartedExecutor.of(spark.sc());
    String within = "within " + limit.toSeconds() + " s (spark.executor-timeout): ";
    if (executors.isEmpty()) {
      return "no executor registered "
          + within
          + "requested "
          + request(conf)
          + "; "
          + whereToLook(spark);
    }
    List<StartedExecutor> ended = executors.stream().filter(each -> !each.isActive()).toList();
    if (!ended.isEmpty()) {
      return "no task started "
          + within
          + ended.size()
          + " executor(s) exited at startup, the last one with: "
          + ended.get(ended.size() - 1).removal().map(StartFailure::firstLine).orElse("no reason")
          + "; "
          + logs(spark);
    }
    int cpus = conf.getInt("spark.task.cpus", 1);
    int cores = executors.stream().mapToInt(StartedExecutor::cores).max().orElse(0);
    if (cores < cpus) {
      return "no task started "
          + within
          + "a task needs spark.task.cpus = "
          + cpus
          + ", but the largest of "
          + executors.size()
          + " executor(s) has "
          + cores
          + " core(s); "
          + whereToLook(spark);
    }
    return "no task started "
        + within
        + executors.size()
        + " executor(s) registered; "
        + whereToLook(spark);
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }

  /**
   * Where executors that exit at startup say why; with the usual cause, if the settings have it.
   */
  static String logs(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    String logs =
        FirstExecutor.isStandalone(conf)
            ? "see the executor logs in the Workers' work folders"
            : whereToLook(spark);
    return conf.getBoolean("spark.shuffle.service.enabled", false)
        ? "spark.shuffle.service.enabled is true: every node needs a running shuffle service, port "
            + conf.get("spark.shuffle.service.port", "7337")
            + "; "
            + logs
        : logs;
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
    if (FirstExecutor.isStandalone(spark.getConf())) {
      return MasterPage.described(spark.getConf());
    }
    if (master.startsWith("yarn")) {
      return "see " + application + " in the ResourceManager's web UI (yarn application -status)";
    }
    return master.startsWith("k8s")
        ? "see kubectl describe pods -l spark-app-selector=" + application
        : "see the web UI and logs of " + master;
  }
}
