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
    mixinStandardHelpOptions = true)
final class BenchAveragingCommand implements Callable<Integer> {
  private static final double LEARNING_RATE = 0.01;

  /** Systems that Centroid is compared with. */
  enum Other {
    DL4J,
    PYTORCH
  }

  /** Data transfer of DL4J's training master. */
  enum Dl4jMode {
    EXPORT,
    DIRECT
  }

  @Spec private CommandSpec spec;

  @Mixin private BenchMatrixOptions matrix;

  @Option(
      names = "--spark",
      description =
          "Run workers as Spark tasks: on the master set by spark-submit, or on embedded Spark with"
              + " one thread per worker (default).")
  private boolean spark;

  @Option(
      names = "--threads",
      description = "Run workers as threads without Spark; with --spark, measure both.")
  private boolean threads;

  @Option(
      names = "--against",
      paramLabel = "dl4j|pytorch",
      description = {
        "Compare with another system in alternating runs and print ratios; may be repeated.",
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
      description = "Python interpreter with torch (${DEFAULT-VALUE}).")
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
    BenchSettings settings = matrix.settings(LEARNING_RATE);
    List<BenchmarkConfiguration> configurations = matrix.configurations(systems());
    CentroidHome home = against.contains(Other.DL4J) ? CentroidHome.find() : null;
    PyTorch pyTorch = against.contains(Other.PYTORCH) ? PyTorch.find(python) : null;
    if (out != null) {
      Files.createDirectories(out);
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
      write(report, out);
      err.println("wrote averaging.json and averaging.png to " + out);
    }
    return ExitCode.DONE;
  }

  private Set<BenchmarkSystem> systems() {
    Set<BenchmarkSystem> systems = EnumSet.noneOf(BenchmarkSystem.class);
    if (spark || !threads) {
      systems.add(BenchmarkSystem.CENTROID_SPARK);
    }
    if (threads) {
      systems.add(BenchmarkSystem.CENTROID_THREADS);
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

  private static void write(AveragingReport report, Path folder) throws IOException {
    Files.writeString(folder.resolve("averaging.json"), report.toJson().toPrettyString() + "\n");
    new AveragingChart(report).write(folder.resolve("averaging.png"));
  }
}
