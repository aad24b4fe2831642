package io.centroid.devtools;

import io.centroid.InputException;
import io.centroid.cli.Centroid;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.io.TemporaryFolder;
import io.centroid.security.SecretKeys;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code submit COMMAND ...}: the same command with its driver in a JVM of its own and its tasks on
 * the development cluster, the way that spark-submit runs it in client mode. Its output and its
 * exit code are passed on.
 */
@Command(
    name = "submit",
    description = {
      "Run a command on the development cluster, through spark-submit.",
      "Its configuration file is read here, from the folder that you are in. Paths inside it, and"
          + " those of --set, --data and --out, are of the cluster's HDFS unless they say otherwise"
          + " (file:///...): a relative one is below /user/<name>, so run.dir=runs/a is"
          + " hdfs://.../user/<name>/runs/a.",
      "Results go to standard output, progress and logs to standard error, as without submit."
    })
final class SubmitCommand implements Callable<Integer> {
  private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath=";

  /** The commands whose driver runs exported models; the launcher knows them too. */
  private static final Set<String> SERVING = Set.of("export", "serve", "retrain");

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
      names = "--driver-memory",
      paramLabel = "SIZE",
      description =
          "Heap of the driver, like 2g; Spark takes 450m or more"
              + " (default: CENTROID_DRIVER_MEMORY, 2g).")
  private @Nullable String driverMemory;

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

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description = "Kerberos: log in as this principal, with --keytab.")
  private @Nullable String principal;

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description = "Kerberos: the principal's keytab, a file on this machine (mode 600).")
  private @Nullable Path keytab;

  /** From the first word on that submit does not know, everything belongs to the command. */
  @Spec
  void takeTheRestAsItIs(CommandSpec spec) {
    spec.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
  }

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
    requireNoSecrets();
    try (TemporaryFolder folder = TemporaryFolder.create("driver")) {
      return run(driver(commandLine(home, cluster, status, folder), home, cluster), folder);
    }
  }

  private static ProcessBuilder driver(
      List<String> line, CentroidHome home, DevelopmentCluster cluster) {
    ProcessBuilder builder = new ProcessBuilder(line);
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_CONF_DIR", cluster.configuration().toString());
    environment.put("HADOOP_CONF_DIR", cluster.configuration().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.inheritIO();
  }

  private void requireNoSecrets() {
    if ((principal == null) != (keytab == null)) {
      throw new InputException("--principal and --keytab must be given together");
    }
    for (String property : configuration) {
      int equals = property.indexOf('=');
      if (equals > 0) {
        SecretKeys.requireNone(
            "--conf", property.substring(0, equals), property.substring(equals + 1));
      }
    }
  }

  private static int run(ProcessBuilder builder, TemporaryFolder folder)
      throws InterruptedException {
    Process driver;
    try {
      driver = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start the driver: " + e.getMessage(), e);
    }
    // A signal that ends this process ends the driver too.
    Thread end =
        new Thread(
            () -> {
              driver.destroy();
              driver.onExit().join();
              folder.close();
            });
    Runtime.getRuntime().addShutdownHook(end);
    int exitCode = driver.waitFor();
    Runtime.getRuntime().removeShutdownHook(end);
    return exitCode;
  }

  private List<String> commandLine(
      CentroidHome home, DevelopmentCluster cluster, ClusterStatus status, TemporaryFolder folder) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + home.jvmOptions());
    line.addAll(memoryFlags());
    line.add("-Djava.io.tmpdir=" + folder.path());
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classPath(home, cluster)));
    line.add("org.apache.spark.deploy.SparkSubmit");
    line.addAll(List.of("--master", status.master(), "--deploy-mode", "client"));
    line.addAll(List.of("--class", Centroid.class.getName(), "--name", "centroid"));
    if (executorMemory != null) {
      line.addAll(List.of("--executor-memory", executorMemory));
    }
    // Always stated, so that Spark can wait for all executors before shards settle on the first.
    int cores = totalExecutorCores == null ? cluster.cores() : totalExecutorCores;
    line.addAll(List.of("--total-executor-cores", String.valueOf(cores)));
    if (principal != null && keytab != null) {
      line.addAll(List.of("--principal", principal, "--keytab", keytab.toString()));
    }
    for (String property : configuration) {
      line.addAll(List.of("--conf", property));
    }
    // The cluster is on this machine: its executors load the DL4J engine from where it lies, and
    // the job jar beside it, since the engine's class loader must see JavaCPP.
    if (configuration.stream().noneMatch(property -> property.startsWith(EXECUTOR_CLASS_PATH))) {
      line.addAll(
          List.of("--conf", EXECUTOR_CLASS_PATH + home.jobJar() + ":" + home.dl4jJars() + "/*"));
    }
    line.add(home.jobJar().toString());
    line.addAll(command);
    return line;
  }

  /** What --driver-class-path says is here: this JVM is the driver's. */
  private List<String> classPath(CentroidHome home, DevelopmentCluster cluster) {
    List<String> entries = new ArrayList<>();
    entries.add(home.conf().toString());
    entries.add(cluster.configuration().toString());
    entries.add(home.jobJar().toString());
    entries.add(home.sparkJars() + "/*");
    entries.add(home.dl4jJars() + "/*");
    if (SERVING.contains(command.get(0))) {
      entries.add(home.servingJars() + "/*");
    }
    return entries;
  }

  /** Unless told otherwise, the driver gets the heap that the launcher gave to this process. */
  private List<String> memoryFlags() {
    if (driverMemory != null && !driverMemory.matches("[1-9][0-9]*[kmgKMG]")) {
      throw new InputException(
          "--driver-memory must be a number with m or g, like 2g: " + driverMemory);
    }
    List<String> flags = new ArrayList<>();
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("-Dorg.bytedeco.javacpp.")
          || (driverMemory == null && flag.startsWith("-Xmx"))) {
        flags.add(flag);
      }
    }
    if (driverMemory != null) {
      flags.add("-Xmx" + driverMemory);
    }
    return flags;
  }
}
