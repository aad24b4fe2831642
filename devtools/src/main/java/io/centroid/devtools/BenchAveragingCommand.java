package io.centroid.devtools;

import io.centroid.bench.AlternatingRuns;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkResult;
import io.centroid.bench.BenchmarkSystem;
import io.centroid.bench.PyTorch;
import io.centroid.bench.Runners;
import io.centroid.bench.averaging.AveragingChart;
import io.centroid.bench.averaging.AveragingReport;
import io.centroid.bench.averaging.AveragingTable;
import io.centroid.cluster.CentroidHome;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.TemporaryFolder;
import io.centroid.io.Version;
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

/** {@code bench averaging}: benchmarks rounds of parameter averaging. */
@Command(
    name = "averaging",
    description = {
      "Measure rounds of parameter averaging: examples per second, the parts of a round, bytes,"
          + " memory.",
      "Measures every combination of workers, local steps and sizes with plain SGD and a network of"
          + " one hidden layer, in alternating runs after a warm-up. Prints medians with quartiles."
    },
    footer = {
      "",
      "Examples:",
      "  centroid bench averaging --compute spark,local --workers 1,2",
      "  centroid bench averaging --against pytorch --out bench"
    },
    mixinStandardHelpOptions = true)
final class BenchAveragingCommand implements Callable<Integer> {
  private static final double LEARNING_RATE = 0.01;

  /** Systems that Centroid is compared with. */
  enum Other {
    DL4J,
    PYTORCH
  }

  /** Where Centroid's workers run. */
  enum Compute {
    SPARK,
    LOCAL
  }

  /** Data transfer of DL4J's training master. */
  enum Dl4jMode {
    EXPORT,
    DIRECT
  }

  @Spec private CommandSpec spec;

  @Mixin private BenchMatrixOptions matrix;

  @Option(
      names = "--compute",
      paramLabel = "spark|local",
      split = ",",
      defaultValue = "SPARK",
      description =
          "Where workers run. spark: as Spark tasks, by default on embedded Spark with one thread"
              + " per worker; local: as threads without Spark; spark,local measures both (default:"
              + " spark).")
  private Set<Compute> computes;

  @Option(
      names = "--against",
      paramLabel = "dl4j|pytorch",
      description = {
        "Compare with another system in alternating runs and print ratios; repeatable.",
        "dl4j: DL4J's ParameterAveragingTrainingMaster on embedded Spark; both systems run in"
            + " separate JVMs.",
        "pytorch: one process with all cores and with one thread, and DDP with the gloo backend;"
            + " needs a Python with torch."
      })
  private Set<Other> against = EnumSet.noneOf(Other.class);

  @Option(
      names = "--dl4j-mode",
      paramLabel = "export|direct",
      split = ",",
      defaultValue = "EXPORT",
      description =
          "How DL4J's training master reads its data (export); export,direct measures both.")
  private Set<Dl4jMode> dl4jModes;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      defaultValue = "python3",
      description = "Python interpreter with torch (default: ${DEFAULT-VALUE}).")
  private String python;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Output folder for averaging.json and averaging.png, any Hadoop URI.")
  private @Nullable String out;

  @Override
  public Integer call() throws IOException {
    BenchSettings settings = matrix.settings(LEARNING_RATE);
    List<BenchmarkConfiguration> configurations = matrix.configurations(systems());
    CentroidHome home = against.contains(Other.DL4J) ? CentroidHome.find() : null;
    PyTorch pyTorch = against.contains(Other.PYTORCH) ? PyTorch.find(python) : null;
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    if (out != null) {
      org.apache.hadoop.fs.Path folder = files.path(out);
      files.fileSystem(folder).mkdirs(folder);
    }
    PrintWriter err = spec.commandLine().getErr();
    List<BenchmarkResult> results;
    try (Runners runners = new Runners(settings, home, pyTorch)) {
      AlternatingRuns alternating =
          new AlternatingRuns(
              matrix.warmUps(),
              matrix.runs(),
              line -> {
                err.println(line);
                err.flush();
              });
      results = alternating.run(configurations, runners::of);
    }
    AveragingReport report = new AveragingReport(settings, software(pyTorch), results);
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(report.toJson());
    } else {
      stdout.print(new AveragingTable(report).toText());
    }
    if (out != null) {
      write(report, files, out);
      err.println("wrote averaging.json and averaging.png to " + out);
    }
    return ExitCode.DONE;
  }

  private Set<BenchmarkSystem> systems() {
    Set<BenchmarkSystem> systems = EnumSet.noneOf(BenchmarkSystem.class);
    for (Compute compute : computes) {
      systems.add(
          compute == Compute.SPARK
              ? BenchmarkSystem.CENTROID_SPARK
              : BenchmarkSystem.CENTROID_THREADS);
    }
    if (against.contains(Other.DL4J)) {
      for (Dl4jMode mode : dl4jModes) {
        systems.add(
            mode == Dl4jMode.EXPORT ? BenchmarkSystem.DL4J_EXPORT : BenchmarkSystem.DL4J_DIRECT);
      }
    }
    if (against.contains(Other.PYTORCH)) {
      systems.addAll(
          List.of(
              BenchmarkSystem.PYTORCH,
              BenchmarkSystem.PYTORCH_ONE_THREAD,
              BenchmarkSystem.PYTORCH_DDP));
    }
    return systems;
  }

  private static Map<String, String> software(@Nullable PyTorch pyTorch) {
    Map<String, String> software = new LinkedHashMap<>();
    software.put("centroid", Version.line());
    if (pyTorch != null) {
      software.put("torch", pyTorch.version());
    }
    return software;
  }

  private static void write(AveragingReport report, HadoopFiles files, String out)
      throws IOException {
    org.apache.hadoop.fs.Path folder = files.path(out);
    try (TemporaryFolder local = TemporaryFolder.create("bench")) {
      Path json = local.path().resolve("averaging.json");
      Path chart = local.path().resolve("averaging.png");
      Files.writeString(json, report.toJson().toPrettyString() + "\n");
      new AveragingChart(report).write(chart);
      for (Path file : List.of(json, chart)) {
        files
            .fileSystem(folder)
            .copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), folder);
      }
    }
  }
}
