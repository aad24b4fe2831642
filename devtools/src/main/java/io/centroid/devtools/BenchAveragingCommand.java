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
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private PythonOption python;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    BenchSettings settings = matrix.settings(LEARNING_RATE);
    List<BenchmarkConfiguration> configurations = matrix.configurations(systems());
    CentroidHome home = against.contains(Other.DL4J) ? CentroidHome.find() : null;
    PyTorch pyTorch = against.contains(Other.PYTORCH) ? python.pyTorch() : null;
    output.createFolder();
    List<BenchmarkResult> results;
    try (Runners runners = new Runners(settings, home, pyTorch)) {
      AlternatingRuns alternating =
          new AlternatingRuns(matrix.warmUps(), matrix.runs(), output::progress);
      results = alternating.run(configurations, runners::of);
    }
    AveragingReport report = new AveragingReport(settings, results);
    output.print(
        pyTorch == null ? Map.of() : Map.of("torch", pyTorch.version()),
        report.toJson(),
        new AveragingTable(report).toText(),
        output.hasFolder() ? Map.of(".png", new AveragingChart(report).toPng()) : Map.of());
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
}
