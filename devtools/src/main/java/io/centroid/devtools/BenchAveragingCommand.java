package io.centroid.devtools;

import io.centroid.ExitCode;
import io.centroid.Version;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.Contestant;
import io.centroid.bench.Entrant;
import io.centroid.bench.PyTorch;
import io.centroid.bench.Runners;
import io.centroid.bench.Standing;
import io.centroid.bench.Tournament;
import io.centroid.bench.averaging.AveragingChart;
import io.centroid.bench.averaging.AveragingReport;
import io.centroid.bench.averaging.AveragingTable;
import io.centroid.cluster.CentroidHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench averaging}: what rounds of parameter averaging cost. */
@Command(
    name = "averaging",
    description = {
      "Measure rounds of parameter averaging: examples a second, the parts of a round, bytes,"
          + " memory.",
      "Every combination of workers, local steps and sizes is measured, on plain SGD and a network"
          + " of one hidden layer. They take turns, warmed up; medians are printed with"
          + " their quartiles."
    },
    mixinStandardHelpOptions = true)
final class BenchAveragingCommand implements Callable<Integer> {
  private static final double RATE = 0.01;

  /** Systems that Centroid is compared with. */
  enum Other {
    DL4J,
    PYTORCH
  }

  /** How DL4J's master gets its data. */
  enum Dl4jMode {
    EXPORT,
    DIRECT
  }

  @Spec private CommandSpec spec;

  @Mixin private BenchMatrixOptions matrix;

  @Option(
      names = "--spark",
      description =
          "Workers as Spark tasks: on the master that spark-submit names, or an embedded Spark with"
              + " a thread for each of the most workers. The default.")
  private boolean spark;

  @Option(
      names = "--threads",
      description = "Workers as threads, without Spark; with --spark both are measured.")
  private boolean threads;

  @Option(
      names = "--against",
      paramLabel = "dl4j|pytorch",
      description = {
        "Take turns with another system, and print ratios; may be repeated.",
        "dl4j: DL4J's ParameterAveragingTrainingMaster on embedded Spark; it and Centroid each in a"
            + " JVM of its own.",
        "pytorch: one process with all cores and with one thread, and DDP over gloo; needs a Python"
            + " with torch."
      })
  private Set<Other> against = EnumSet.noneOf(Other.class);

  @Option(
      names = "--dl4j-mode",
      paramLabel = "export|direct",
      split = ",",
      defaultValue = "EXPORT",
      description = "How DL4J's master gets its data (export); both with export,direct.")
  private Set<Dl4jMode> dl4jModes;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      defaultValue = "python3",
      description = "The Python with torch (${DEFAULT-VALUE}).")
  private String python;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write averaging.json and averaging.png into this folder.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    BenchSettings settings = matrix.settings(RATE);
    List<Entrant> entrants = matrix.entrants(contestants());
    CentroidHome home = against.contains(Other.DL4J) ? CentroidHome.find() : null;
    PyTorch pyTorch = against.contains(Other.PYTORCH) ? PyTorch.find(python) : null;
    if (out != null) {
      Files.createDirectories(out);
    }
    PrintWriter err = spec.commandLine().getErr();
    List<Standing> standings;
    try (Runners runners = new Runners(settings, home, pyTorch)) {
      Tournament tournament =
          new Tournament(
              matrix.warmUps(),
              matrix.turns(),
              line -> {
                err.println(line);
                err.flush();
              });
      standings = tournament.run(entrants, runners::of);
    }
    AveragingReport report = new AveragingReport(settings, software(pyTorch), standings);
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(report.toJson());
    } else {
      stdout.print(new AveragingTable(report).toText());
    }
    if (out != null) {
      write(report, out);
      err.println("wrote averaging.json and averaging.png to " + out);
    }
    return ExitCode.DONE;
  }

  private Set<Contestant> contestants() {
    Set<Contestant> contestants = EnumSet.noneOf(Contestant.class);
    if (spark || !threads) {
      contestants.add(Contestant.CENTROID_SPARK);
    }
    if (threads) {
      contestants.add(Contestant.CENTROID_THREADS);
    }
    if (against.contains(Other.DL4J)) {
      for (Dl4jMode mode : dl4jModes) {
        contestants.add(mode == Dl4jMode.EXPORT ? Contestant.DL4J_EXPORT : Contestant.DL4J_DIRECT);
      }
    }
    if (against.contains(Other.PYTORCH)) {
      contestants.addAll(
          List.of(Contestant.PYTORCH, Contestant.PYTORCH_ONE_THREAD, Contestant.PYTORCH_DDP));
    }
    return contestants;
  }

  private static Map<String, String> software(@Nullable PyTorch pyTorch) {
    Map<String, String> software = new LinkedHashMap<>();
    software.put("centroid", Version.line());
    if (pyTorch != null) {
      software.put("torch", pyTorch.version());
    }
    return software;
  }

  private static void write(AveragingReport report, Path folder) throws IOException {
    Files.writeString(folder.resolve("averaging.json"), report.toJson().toPrettyString() + "\n");
    new AveragingChart(report).write(folder.resolve("averaging.png"));
  }
}
