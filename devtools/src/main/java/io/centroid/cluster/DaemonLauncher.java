package io.centroid.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts daemons in separate JVMs and sessions, so that neither the end of this process nor an
 * interrupt at its terminal reaches them. Their output goes to their logs.
 */
final class DaemonLauncher {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int FORMAT_SECONDS = 60;

  /** A Worker counts as dead after 30 s instead of a minute, like its executors. */
  private static final String DEAD_WORKER = "-Dspark.worker.timeout=30";

  private final CentroidHome home;
  private final ClusterDirectory directory;
  private final ClusterState state;

  DaemonLauncher(CentroidHome home, ClusterDirectory directory, ClusterState state) {
    this.home = home;
    this.directory = directory;
    this.state = state;
  }

  ProcessIdentity start(Daemon daemon) {
    List<String> command = new ArrayList<>();
    // The forked process is not a group leader, so setsid execs the command and the process ID
    // stays.
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(java(daemon.role(), daemon.name()));
    command.addAll(properties(daemon));
    command.add(daemon.role().mainClass());
    command.addAll(arguments(daemon));
    Process process = run(daemon.name(), command);
    return ProcessIdentity.of(process.toHandle());
  }

  /** Formats the NameNode once per cluster. */
  void formatNameNode() {
    if (Files.exists(directory.data("namenode").resolve("current"))) {
      return;
    }
    List<String> command = java(Role.NAMENODE, "namenode");
    command.addAll(List.of(Role.NAMENODE.mainClass(), "-format", "-nonInteractive"));
    Process process = run("namenode", command);
    try {
      if (!process.waitFor(FORMAT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new ClusterException(
            "the NameNode could not be formatted:\n  " + directory.tail("namenode", 20));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the NameNode was formatted", e);
    }
  }

  private Process run(String name, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log(name).toFile()));
    builder.directory(directory.root().toFile());
    environment(builder.environment());
    Path temporary = temporary(name);
    clear(temporary);
    builder.environment().put("SPARK_LOCAL_DIRS", temporary.toString());
    try {
      Files.createDirectories(temporary);
      return builder.start();
    } catch (IOException e) {
      throw new ClusterException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /** Temporary folder of a daemon; executors use subfolders of their Worker's. */
  private Path temporary(String name) {
    return directory.temporary().resolve(name);
  }

  /** Removes temporary files of killed daemons and executors. */
  private void clear(Path temporary) {
    try {
      directory.remove(temporary);
    } catch (UncheckedIOException inUse) {
      // Used by an executor that is still ending; the next start removes its files.
    }
  }

  /** Environment with which Workers find Spark; executors inherit it. */
  private void environment(Map<String, String> environment) {
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_CONF_DIR", directory.conf().toString());
    environment.put("HADOOP_CONF_DIR", directory.conf().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("SPARK_SCALA_VERSION", "2.12");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("OMP_NUM_THREADS", "1");
    // Meant for this process only: agents, debuggers.
    environment.remove("JAVA_TOOL_OPTIONS");
  }

  private List<String> java(Role role, String name) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.jvmOptions());
    command.add("-Xmx" + role.heapMegabytes() + "m");
    command.add("-Djava.io.tmpdir=" + temporary(name));
    // Short-lived daemons: start quickly, use little memory.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            directory.conf().toString(),
            // Before Spark's jars, because Hadoop's daemons need the original commons-logging.
            home.hadoopJars() + "/*",
            home.sparkJars() + "/*"));
    return command;
  }

  private List<String> properties(Daemon daemon) {
    return switch (daemon.role()) {
      case NAMENODE, DATANODE -> List.of();
      case MASTER ->
          List.of(
              "-Dspark.port.maxRetries=0",
              DEAD_WORKER,
              "-Dspark.deploy.recoveryMode=FILESYSTEM",
              "-Dspark.deploy.recoveryDirectory=" + directory.recovery());
      case WORKER ->
          // Removes each application's copy of the job jar and its logs after an hour.
          List.of(
              "-Dspark.port.maxRetries=0",
              DEAD_WORKER,
              "-Dspark.worker.cleanup.enabled=true",
              "-Dspark.worker.cleanup.interval=300",
              "-Dspark.worker.cleanup.appDataTtl=3600");
    };
  }

  private List<String> arguments(Daemon daemon) {
    return switch (daemon.role()) {
      case NAMENODE -> List.of();
      case DATANODE ->
          List.of(
              "-Ddfs.datanode.data.dir=" + directory.data(daemon.name()).toUri(),
              "-Ddfs.datanode.address=127.0.0.1:" + daemon.port("data"),
              "-Ddfs.datanode.http.address=127.0.0.1:" + daemon.port("http"),
              "-Ddfs.datanode.ipc.address=127.0.0.1:" + daemon.port("ipc"));
      case MASTER -> sparkAddress(daemon);
      case WORKER -> {
        List<String> arguments = new ArrayList<>(sparkAddress(daemon));
        arguments.addAll(
            List.of(
                "--cores",
                String.valueOf(state.options().coresPerWorker()),
                "--memory",
                state.options().workerMemory(),
                "--work-dir",
                directory.work(daemon.name()).toString(),
                state.masterUrl()));
        yield arguments;
      }
    };
  }

  private static List<String> sparkAddress(Daemon daemon) {
    return List.of(
        "--host",
        "127.0.0.1",
        "--port",
        String.valueOf(daemon.port("rpc")),
        "--webui-port",
        String.valueOf(daemon.port("http")));
  }
}
