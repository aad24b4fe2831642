package io.centroid.devtools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.ExitCode;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
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
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "start|status|stop")
final class ClusterCommand implements Runnable {
  /** Where a cluster lies when nobody says otherwise, below the home. */
  static final String DEFAULT_DIRECTORY = ".cluster";

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "PATH",
      scope = ScopeType.INHERIT,
      description = "The cluster's folder (default: .cluster in Centroid's home).")
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
      description = "Start every daemon and wait until they are at work.",
      mixinStandardHelpOptions = true)
  int start(
      @Option(
              names = "--workers",
              defaultValue = "2",
              description = "Spark Workers (${DEFAULT-VALUE}).")
          int workers,
      @Option(
              names = "--datanodes",
              defaultValue = "1",
              description = "HDFS DataNodes (${DEFAULT-VALUE}).")
          int datanodes,
      @Option(
              names = "--cores-per-worker",
              defaultValue = "1",
              description = "Tasks at once on each Worker (${DEFAULT-VALUE}).")
          int coresPerWorker,
      @Option(
              names = "--worker-memory",
              defaultValue = "2g",
              description = "Executor memory of each Worker (${DEFAULT-VALUE}).")
          String workerMemory,
      @Option(
              names = "--secure",
              description =
                  "Spark's daemons authenticate everybody and encrypt all that travels, by a secret"
                      + " that lies in the cluster's folder (mode 600); submit finds it there.")
          boolean secure) {
    ClusterOptions options =
        new ClusterOptions(workers, datanodes, coresPerWorker, workerMemory, secure);
    print(cluster().start(options));
    return ExitCode.DONE;
  }

  @Command(
      description = "Show every daemon; exits with 1 if one of them is dead.",
      mixinStandardHelpOptions = true)
  int status() {
    ClusterStatus status = cluster().status();
    print(status);
    return status.healthy() ? ExitCode.DONE : ExitCode.FAILED;
  }

  @Command(description = "End every daemon; the data stays.", mixinStandardHelpOptions = true)
  int stop(
      @Option(names = "--purge", description = "Remove the cluster's data and logs as well.")
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
