package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code submit COMMAND ...}: the same command with its driver in a JVM of its own and its tasks on
 * the development cluster, the way that spark-submit runs it in client mode. Its output and its
 * exit code are passed on.
 */
@Command(
    name = "submit",
    description = "Run a command on the development cluster, through spark-submit.")
final class SubmitCommand implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(
      names = "--cluster-dir",
      paramLabel = "PATH",
      description = "The cluster's folder (default: .cluster in Centroid's home).")
  private @Nullable Path directory;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      description = "Heap of each executor (default: 1g).")
  private @Nullable String executorMemory;

  @Option(
      names = "--total-executor-cores",
      paramLabel = "N",
      description = "Tasks at once on the whole cluster (default: all that it has).")
  private @Nullable Integer totalExecutorCores;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A property of Spark; may be repeated.")
  private List<String> configuration = List.of();

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments, as they are.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws InterruptedException {
    CentroidHome home = CentroidHome.find();
    Path root =
        directory == null ? home.root().resolve(ClusterCommand.DEFAULT_DIRECTORY) : directory;
    DevelopmentCluster cluster = new DevelopmentCluster(home, root, line -> {});
    ClusterStatus status = cluster.status();
    if (!status.running()) {
      throw new InputException(
          "no development cluster runs in " + status.directory() + ": ./centroid cluster start");
    }
    ProcessBuilder builder = new ProcessBuilder(commandLine(home, cluster, status));
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_CONF_DIR", cluster.configuration().toString());
    environment.put("HADOOP_CONF_DIR", cluster.configuration().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    return run(builder.inheritIO());
  }

  private static int run(ProcessBuilder builder) throws InterruptedException {
    Process driver;
    try {
      driver = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start the driver: " + e.getMessage(), e);
    }
    // A signal that ends this process ends the driver too.
    Thread end = new Thread(driver::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    int exitCode = driver.waitFor();
    Runtime.getRuntime().removeShutdownHook(end);
    return exitCode;
  }

  private List<String> commandLine(
      CentroidHome home, DevelopmentCluster cluster, ClusterStatus status) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + home.jvmOptions());
    line.addAll(memoryFlags());
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-cp");
    line.add(
        String.join(
            File.pathSeparator,
            home.conf().toString(),
            cluster.configuration().toString(),
            home.sparkJars() + "/*"));
    line.add("org.apache.spark.deploy.SparkSubmit");
    line.addAll(List.of("--master", status.master(), "--deploy-mode", "client"));
    line.addAll(List.of("--class", Centroid.class.getName(), "--name", "centroid"));
    if (executorMemory != null) {
      line.addAll(List.of("--executor-memory", executorMemory));
    }
    if (totalExecutorCores != null) {
      line.addAll(List.of("--total-executor-cores", totalExecutorCores.toString()));
    }
    for (String property : configuration) {
      line.addAll(List.of("--conf", property));
    }
    line.add(home.jobJar().toString());
    line.addAll(command);
    return line;
  }

  /** The driver gets the heap and the native memory that the launcher gave to this process. */
  private static List<String> memoryFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Xmx") || flag.startsWith("-Dorg.bytedeco.javacpp."))
        .toList();
  }
}
