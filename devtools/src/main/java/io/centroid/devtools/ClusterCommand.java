package io.centroid.devtools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code cluster start|status|stop}: a development cluster of real daemons on this machine. */
@Command(
    name = "cluster",
    description = "Start, show or stop a development cluster (HDFS and Spark) on this machine.",
    footer = {"", "Example:", "  centroid cluster start --spark-workers 2"},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "start|status|stop")
final class ClusterCommand implements Runnable {
  /** Default folder of a cluster, relative to Centroid's home. */
  static final String DEFAULT_DIRECTORY = ".cluster";

  @Spec private CommandSpec spec;

  @Option(
      names = "--cluster-dir",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "Local folder of the cluster (default: .cluster in Centroid's home).")
  private @Nullable Path directory;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "cluster needs one of start, status, stop");
  }

  @Command(
      description = "Start all daemons and wait until they are ready.",
      footer = {"", "Example:", "  centroid cluster start --spark-workers 2 --secure"},
      mixinStandardHelpOptions = true)
  int start(
      @Option(
              names = "--spark-workers",
              paramLabel = "N",
              defaultValue = "2",
              description = "Number of Spark Workers (default: ${DEFAULT-VALUE}).")
          int workers,
      @Option(
              names = "--datanodes",
              paramLabel = "N",
              defaultValue = "1",
              description = "Number of HDFS DataNodes (default: ${DEFAULT-VALUE}).")
          int datanodes,
      @Option(
              names = "--cores-per-worker",
              paramLabel = "N",
              defaultValue = "1",
              description = "Concurrent tasks per Worker (default: ${DEFAULT-VALUE}).")
          int coresPerWorker,
      @Option(
              names = "--worker-memory",
              paramLabel = "SIZE",
              defaultValue = "2g",
              description = "Executor memory per Worker (default: ${DEFAULT-VALUE}).")
          String workerMemory,
      @Option(
              names = "--secure",
              description =
                  "Turn on Spark's authentication and encryption. The secret is in the cluster's"
                      + " folder (mode 600), where submit finds it.")
          boolean secure) {
    ClusterOptions options =
        new ClusterOptions(workers, datanodes, coresPerWorker, workerMemory, secure);
    print(cluster().start(options));
    return ExitCode.DONE;
  }

  @Command(
      description = "Show the status of all daemons. Exits with 1 if a daemon is dead.",
      footer = {"", "Example:", "  centroid cluster status --json"},
      mixinStandardHelpOptions = true)
  int status() {
    ClusterStatus status = cluster().status();
    print(status);
    return status.healthy() ? ExitCode.DONE : ExitCode.FAILED;
  }

  @Command(
      description = "Stop all daemons. The data is kept.",
      footer = {"", "Example:", "  centroid cluster stop --purge"},
      mixinStandardHelpOptions = true)
  int stop(
      @Option(names = "--purge", description = "Also remove the cluster's data and logs.")
          boolean purge) {
    DevelopmentCluster cluster = cluster();
    if (purge) {
      cluster.purge();
    } else {
      cluster.stop();
    }
    if (json) {
      out().println("{\"stopped\":true,\"purged\":" + purge + "}");
    } else {
      out().println(purge ? "stopped and removed" : "stopped");
    }
    return ExitCode.DONE;
  }

  private DevelopmentCluster cluster() {
    CentroidHome home = CentroidHome.find();
    Path root = directory == null ? home.root().resolve(DEFAULT_DIRECTORY) : directory;
    return new DevelopmentCluster(home, root, line -> spec.commandLine().getErr().println(line));
  }

  private void print(ClusterStatus status) {
    if (json) {
      out().println(toJson(status));
      return;
    }
    out().println("master  " + status.master());
    out().println("hdfs    " + status.hdfs());
    out().println("folder  " + status.directory());
    for (ClusterStatus.DaemonStatus daemon : status.daemons()) {
      boolean stopped = daemon.pid() == 0;
      out()
          .printf(
              "%-12s %-8s %8s  %s%n",
              daemon.name(),
              daemon.alive() ? "alive" : stopped ? "stopped" : "DEAD",
              stopped ? "-" : String.valueOf(daemon.pid()),
              daemon.alive() ? daemon.page() : daemon.log());
    }
  }

  private static String toJson(ClusterStatus status) {
    try {
      return new ObjectMapper().writeValueAsString(status.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
