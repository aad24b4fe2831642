package io.centroid.devtools;

import io.centroid.cli.Centroid;
import io.centroid.cli.report.FailureLog;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.error.InputException;
import io.centroid.io.TemporaryFolder;
import io.centroid.security.SecretKeys;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code submit COMMAND ...}: runs a command on the development cluster through spark-submit in
 * client mode, with the driver in a separate JVM. Output and exit code are those of the command.
 */
@Command(
    name = "submit",
    description = {
      "Run a command on the development cluster through spark-submit.",
      "Options of spark-submit come before the command.",
      "The configuration file is a local path or any Hadoop URI. Paths in it and in --set, --data"
          + " and --out are on the cluster's HDFS unless they have another scheme (file:///...)."
          + " Relative paths are below /user/<name>: run.dir=runs/a is"
          + " hdfs://.../user/<name>/runs/a.",
      "Results go to standard output, progress and logs to standard error."
    },
    footer = {
      "",
      "Example:",
      "  centroid submit --conf spark.eventLog.enabled=true train conf/mnist.conf"
    })
final class SubmitCommand implements Callable<Integer> {
  private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath=";

  /** Commands whose driver runs exported models. The launcher has the same list. */
  private static final Set<String> SERVING = Set.of("export", "serve", "retrain");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(
      names = "--cluster-dir",
      paramLabel = "FOLDER",
      description = "Local folder of the cluster (default: .cluster in Centroid's home).")
  private @Nullable Path directory;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master (default: the cluster's).")
  private @Nullable String master;

  @Option(
      names = "--driver-memory",
      paramLabel = "SIZE",
      description =
          "Heap of the driver, such as 2g; Spark requires at least 450m (default:"
              + " CENTROID_DRIVER_MEMORY, 2g).")
  private @Nullable String driverMemory;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      description = "Heap per executor (default: 1g).")
  private @Nullable String executorMemory;

  @Option(
      names = "--total-executor-cores",
      paramLabel = "N",
      description = "Concurrent tasks on the whole cluster (default: all cores).")
  private @Nullable Integer totalExecutorCores;

  @Option(names = "--conf", paramLabel = "KEY=VALUE", description = "Spark property; repeatable.")
  private List<String> configuration = List.of();

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description = "Kerberos: log in as this principal, with --keytab.")
  private @Nullable String principal;

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description = "Kerberos: keytab of the principal, a local file (mode 600).")
  private @Nullable Path keytab;

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  /** Treats everything after the first unknown word as part of the command. */
  @Spec
  void stopParsingAtCommand(CommandSpec submit) {
    submit.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "Command and its arguments, passed unchanged.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws InterruptedException {
    requireCommand();
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

  private ProcessBuilder driver(List<String> line, CentroidHome home, DevelopmentCluster cluster) {
    ProcessBuilder builder = new ProcessBuilder(line);
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_CONF_DIR", cluster.configuration().toString());
    environment.put("HADOOP_CONF_DIR", cluster.configuration().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    // The driver's own temporary folder is deleted when it ends.
    environment.putIfAbsent(FailureLog.FOLDER_VARIABLE, System.getProperty("java.io.tmpdir"));
    if (centroid.isVerbose()) {
      environment.put(Centroid.VERBOSE_VARIABLE, "1");
    }
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
    // A signal that ends this process also ends the driver.
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
    line.addAll(driverFlags());
    line.add("-Djava.io.tmpdir=" + folder.path());
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-D" + Centroid.SUBMITTED_BY + "=" + submittedBy());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classPath(home, cluster)));
    line.add("org.apache.spark.deploy.SparkSubmit");
    line.addAll(List.of("--master", master == null ? status.master() : master));
    line.addAll(List.of("--deploy-mode", "client"));
    line.addAll(List.of("--class", Centroid.class.getName(), "--name", "centroid"));
    if (executorMemory != null) {
      line.addAll(List.of("--executor-memory", executorMemory));
    }
    // Always set, so that Spark waits for most executors, which saves moving workers to them.
    int cores = totalExecutorCores == null ? cluster.cores() : totalExecutorCores;
    line.addAll(List.of("--total-executor-cores", String.valueOf(cores)));
    if (principal != null && keytab != null) {
      line.addAll(List.of("--principal", principal, "--keytab", keytab.toString()));
    }
    for (String property : configuration) {
      line.addAll(List.of("--conf", property));
    }
    // The cluster is on this machine: its executors load the engines and oneDNN from this checkout,
    // together with the job jar, since their class loader needs JavaCPP.
    if (configuration.stream().noneMatch(property -> property.startsWith(EXECUTOR_CLASS_PATH))) {
      line.addAll(
          List.of(
              "--conf",
              EXECUTOR_CLASS_PATH
                  + home.jobJar()
                  + File.pathSeparator
                  + String.join(File.pathSeparator, home.engineJars())));
    }
    line.add(home.jobJar().toString());
    line.addAll(command);
    return line;
  }

  /** The words before the command, with which the user can submit the next one. */
  String submittedBy() {
    List<String> words = spec.root().commandLine().getParseResult().expandedArgs();
    return Centroid.shellText(words.subList(0, words.size() - command.size()));
  }

  /** Options of no command are refused here: the driver could not name those of submit. */
  private void requireCommand() {
    String first = command.get(0);
    if (first.startsWith("-") && spec.root().findOption(first) == null) {
      throw new UnmatchedArgumentException(spec.commandLine(), command);
    }
  }

  /** This JVM is the driver's, so that this class path replaces --driver-class-path. */
  private List<String> classPath(CentroidHome home, DevelopmentCluster cluster) {
    List<String> entries = new ArrayList<>();
    property("spark.driver.extraClassPath").ifPresent(entries::add);
    entries.add(home.conf().toString());
    entries.add(cluster.configuration().toString());
    entries.add(home.jobJar().toString());
    entries.add(home.sparkJars() + "/*");
    entries.addAll(home.engineJars());
    if (SERVING.contains(command.get(0))) {
      entries.add(home.servingJars() + "/*");
    }
    return entries;
  }

  /** By default, the driver gets the heap that the launcher gave to this process. */
  private List<String> driverFlags() {
    String memory =
        driverMemory == null ? property("spark.driver.memory").orElse("") : driverMemory;
    if (!memory.matches("|[1-9][0-9]*[kmgKMG]")) {
      throw new InputException(
          "--driver-memory must be a number with m or g, such as 2g: " + memory);
    }
    List<String> flags = new ArrayList<>();
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("-Dorg.bytedeco.javacpp.")
          || (memory.isEmpty() && flag.startsWith("-Xmx"))) {
        flags.add(flag);
      }
    }
    if (!memory.isEmpty()) {
      flags.add("-Xmx" + memory);
    }
    property("spark.driver.extraJavaOptions")
        .ifPresent(options -> flags.addAll(List.of(options.strip().split("\\s+"))));
    return flags;
  }

  /** The last value that {@code --conf} gives to a property. */
  private Optional<String> property(String key) {
    return configuration.stream()
        .filter(property -> property.startsWith(key + "="))
        .reduce((first, second) -> second)
        .map(property -> property.substring(key.length() + 1));
  }
}
