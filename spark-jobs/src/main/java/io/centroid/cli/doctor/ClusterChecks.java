package io.centroid.cli.doctor;

import io.centroid.config.ByteSize;
import io.centroid.spark.session.JobSettings;
import io.centroid.spark.session.MasterState;
import io.centroid.spark.session.MasterState.Worker;
import io.centroid.spark.session.SparkInstallation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks of the master, and of what its Workers offer against what a run requests. */
final class ClusterChecks {
  private static final int CONNECT_MILLIS = 3_000;

  private ClusterChecks() {}

  /**
   * Checks the cluster.
   *
   * @param state state of a standalone Master; empty if its web UI does not respond
   */
  static Outcome cluster(JobSettings spark, Optional<MasterState> state, Machine machine) {
    String master = spark.master();
    if (!spark.isStandalone()) {
      return master.equals("yarn")
          ? yarn(machine)
          : master.startsWith("k8s://")
              ? kubernetes(master)
              : Outcome.skipped("spark.master = " + master + " needs no cluster");
    }
    if (!MasterState.listens(master)) {
      return Outcome.of(
          "not reachable",
          List.of(
              Finding.of(
                  "no Spark Master is listening at " + master,
                  "The run stops after Spark has tried for a minute.",
                  "--master spark://HOST:7077")));
    }
    if (state.isEmpty()) {
      return Outcome.of(
          master,
          List.of(
              MasterState.speaksHttp(master)
                  ? Finding.of(
                      "at " + master + " a web server is listening, not a Spark Master",
                      "The run stops after Spark has tried for a minute. Port 8080 is that of the"
                          + " Master's web UI, 7077 its own.",
                      "--master spark://HOST:7077")
                  : Finding.note(
                      "the web UI of the Master does not respond",
                      "Only the port of the Master was tried: its Workers, memory and version"
                          + " cannot be checked.",
                      "--conf spark.master.ui.port=PORT")));
    }
    return standalone(spark, state.get(), SparkInstallation.onClassPath().version());
  }

  /** Checks a standalone cluster against a run's request and this Spark's version. */
  static Outcome standalone(JobSettings spark, MasterState state, String version) {
    List<Finding> findings = new ArrayList<>();
    if (!state.version().isEmpty() && !state.version().equals(version)) {
      findings.add(
          Finding.of(
              "the Master runs Spark " + state.version() + ", the driver " + version,
              "Driver and executors of different versions cannot read each other's messages.",
              "export SPARK_HOME=/path/to/spark-" + state.version()));
    }
    List<Worker> workers = state.workers();
    if (workers.isEmpty()) {
      findings.add(
          Finding.of(
              "no Worker is alive at " + spark.master() + "; see " + state.page(),
              "The run waits for an executor until spark.executor-timeout and stops.",
              "$SPARK_HOME/sbin/start-worker.sh " + spark.master()));
    } else {
      requireRoom(spark, state, findings);
    }
    int cores = workers.stream().mapToInt(Worker::cores).sum();
    long memory = workers.stream().mapToLong(Worker::memory).sum();
    return Outcome.of(
        String.format(
            Locale.ROOT,
            "%s, %d Worker%s: %d cores, %s",
            state.version().isEmpty() ? spark.master() : "Spark " + state.version(),
            workers.size(),
            workers.size() == 1 ? "" : "s",
            cores,
            ByteSize.text(memory << 20)),
        findings);
  }

  private static void requireRoom(JobSettings spark, MasterState state, List<Finding> findings) {
    List<Worker> workers = state.workers();
    int cores = spark.executorCores().orElse(spark.taskCores());
    long memory = ByteSize.mebibytes(spark.executorHeap());
    int mostCores = workers.stream().mapToInt(Worker::cores).max().orElse(0);
    long mostMemory = workers.stream().mapToLong(Worker::memory).max().orElse(0);
    int mostGpus = workers.stream().mapToInt(Worker::gpus).max().orElse(0);
    int before = findings.size();
    String waits = "No Worker can start such an executor; the run waits and stops.";
    if (cores > mostCores) {
      findings.add(
          Finding.of(
              "an executor needs " + cores + " cores, the largest Worker has " + mostCores,
              waits,
              "--conf spark.executor.cores=" + mostCores));
    }
    if (memory > mostMemory) {
      findings.add(
          Finding.of(
              "an executor needs "
                  + memory
                  + " MiB, the largest Worker offers "
                  + mostMemory
                  + " MiB",
              waits,
              "--conf spark.executor.memory=" + mostMemory + "m"));
    }
    if (spark.gpus() > mostGpus) {
      findings.add(
          Finding.of(
              "an executor needs " + spark.gpus() + " GPUs, no Worker has more than " + mostGpus,
              waits,
              "--conf spark.executor.resource.gpu.amount=" + mostGpus));
    }
    boolean fitsNow =
        workers.stream()
            .anyMatch(worker -> worker.freeCores() >= cores && worker.freeMemory() >= memory);
    if (findings.size() == before && !fitsNow) {
      findings.add(
          Finding.of(
              "no Worker has "
                  + cores
                  + " cores and "
                  + memory
                  + " MiB free now"
                  + (state.running().isEmpty()
                      ? ""
                      : "; in use by " + String.join(", ", state.running())),
              "The run waits for an executor until spark.executor-timeout and stops.",
              "--set spark.executor-timeout=1h"));
    }
  }

  private static Outcome yarn(Machine machine) {
    boolean isConfigured =
        machine.variable("HADOOP_CONF_DIR").isPresent()
            || machine.variable("YARN_CONF_DIR").isPresent();
    return Outcome.of(
        "yarn",
        isConfigured
            ? List.of()
            : List.of(
                Finding.of(
                    "neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set",
                    "Spark looks for the ResourceManager on this machine and waits.",
                    "export HADOOP_CONF_DIR=/etc/hadoop/conf")));
  }

  private static Outcome kubernetes(String master) {
    String address = master.substring("k8s://".length());
    // As spark-submit reads it.
    URI uri = URI.create(address.contains("://") ? address : "https://" + address);
    int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
      return Outcome.ok(master);
    } catch (IOException e) {
      return Outcome.of(
          "not reachable",
          List.of(
              Finding.of(
                  "the API server does not accept connections: " + master,
                  "No executor can be requested.",
                  "--master k8s://https://HOST:PORT")));
    }
  }
}
