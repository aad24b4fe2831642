package io.centroid.devtools;

import io.centroid.chaos.ChaosReport;
import io.centroid.chaos.ChaosRun;
import io.centroid.chaos.ChaosSettings;
import io.centroid.chaos.FaultKind;
import io.centroid.chaos.Launch;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.TemporaryFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chaos}: trains while processes are killed at random and verifies the result. */
@Command(
    name = "chaos",
    description = {
      "Train on a cluster on this machine while its processes are killed at random.",
      "Repeats runs of the same configuration until the time is over. Each must end with parameters"
          + " that are bitwise identical to an undisturbed run, and leave nothing behind. Killed"
          + " drivers and daemons are restarted.",
      "Exits with 1 if the parameters of a run differ or something was left behind."
    },
    footer = {"", "Example:", "  centroid chaos --minutes 20"},
    mixinStandardHelpOptions = true)
final class ChaosCommand implements Callable<Integer> {
  /** Short rounds with a checkpoint after each, using every kind of state. */
  private static final List<String> SMALL_TRAINING =
      List.of(
          "data.digits.train=4000",
          "data.digits.test=500",
          "model.hidden=[32]",
          "train.workers=4",
          "train.local-steps=5",
          "train.steps=1500",
          "train.batch-size=8",
          "train.inner-state=keep",
          "optimizer.name=nesterov",
          "optimizer.learning-rate=0.02",
          "outer.name=momentum",
          "outer.learning-rate=0.7",
          "outer.momentum=0.3",
          "average.codec=bf16",
          "checkpoint.every-rounds=1");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file to train instead of 300 short rounds on synthetic digits, a local"
              + " path or any Hadoop URI. Its data must be accessible from all processes"
              + " (file:///...).")
  private @Nullable String configuration;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "5",
      description =
          "How long processes are killed, in minutes (default: ${DEFAULT-VALUE}). The current run"
              + " then finishes undisturbed.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the order of faults and the pauses between them (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "executor,worker,master,driver,datanode,namenode",
      description = "Processes to kill, separated by commas: ${COMPLETION-CANDIDATES} (all).")
  private Set<FaultKind> faults = Set.of();

  @Option(
      names = "--mean-pause-seconds",
      paramLabel = "S",
      defaultValue = "6",
      description = "Mean time between two faults in seconds (default: ${DEFAULT-VALUE}).")
  private double meanPause;

  @Option(
      names = "--spark-workers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Number of Spark Workers with one core each (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--datanodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of HDFS DataNodes (default: ${DEFAULT-VALUE}).")
  private int datanodes;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "New local folder for the cluster and all output, which is kept (default: a temporary"
              + " folder, kept if something failed).")
  private @Nullable Path directory;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    CentroidHome home = CentroidHome.find();
    ChaosSettings settings =
        new ChaosSettings(
            Duration.ofMillis(Math.round(minutes * 60_000)),
            seed,
            faults,
            Duration.ofMillis(Math.round(meanPause * 1_000)),
            new ClusterOptions(workers, datanodes, 1, "1g"));
    Path folder = folder();
    Launch launch = new Launch(home, Developer.class.getName(), folder);
    PrintWriter err = spec.commandLine().getErr();
    long startNanos = System.nanoTime();
    err.println("files are in " + folder);
    ChaosReport report =
        new ChaosRun(launch, settings, arguments(), line -> report(err, startNanos, line))
            .execute();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      out.print(report.toText());
    }
    if (report.passed() && directory == null) {
      new TemporaryFolder(folder).close();
    }
    return report.passed() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private List<String> arguments() {
    List<String> line = new ArrayList<>(List.of("train"));
    if (configuration != null) {
      RunConfig.load(configuration, List.of());
      Path local = Path.of(configuration);
      line.add(Files.exists(local) ? local.toAbsolutePath().toString() : configuration);
    } else {
      SMALL_TRAINING.forEach(setting -> line.addAll(List.of("--set", setting)));
    }
    return line;
  }

  private Path folder() throws IOException {
    if (directory == null) {
      return TemporaryFolder.create("chaos").path();
    }
    if (Files.exists(directory)) {
      throw new InputException("--out must be a new folder, but it exists: " + directory);
    }
    return Files.createDirectories(directory).toRealPath();
  }

  private static synchronized void report(PrintWriter err, long startNanos, String line) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    err.printf(Locale.ROOT, "%7.1f s  %s%n", seconds, line);
    err.flush();
  }
}
