package io.centroid.devtools;

import io.centroid.bench.AlternatingRuns;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkResult;
import io.centroid.bench.BenchmarkSystem;
import io.centroid.bench.CentroidRunner;
import io.centroid.bench.scaling.ComputeAndOverhead;
import io.centroid.bench.scaling.ScalingPoint;
import io.centroid.bench.scaling.ScalingReport;
import io.centroid.bench.scaling.ScalingTable;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code bench scaling}: predicts the rounds of a cluster from rounds of this machine. */
@Command(
    name = "scaling",
    description = {
      "Fit a cost model to rounds of this machine and predict clusters.",
      "Measures rounds on Spark for every combination of workers, local steps and sizes, and fits"
          + " their overhead as a function of workers and bytes. Network transfer is computed, not"
          + " measured: see docs/scaling.md."
    },
    footer = {"", "Example:", "  centroid bench scaling --workers 1,2,4"},
    mixinStandardHelpOptions = true,
    defaultValueProvider = BenchScalingCommand.Defaults.class)
final class BenchScalingCommand implements Callable<Integer> {
  private static final double LEARNING_RATE = 0.01;

  /** About 10,000, 100,000 and 1,000,000 parameters. */
  private static final List<Integer> WIDTHS = List.of(13, 126, 1258);

  @Mixin private BenchMatrixOptions matrix;

  @Option(
      names = "--gflops-per-worker",
      paramLabel = "G",
      description =
          "Speed of a worker of the predicted clusters in GFLOP/s (default: as measured here).")
  private @Nullable Double gigaflops;

  @Option(
      names = "--share",
      paramLabel = "F",
      defaultValue = "0.1",
      description = "Maximum communication share of the time (default: ${DEFAULT-VALUE}).")
  private double share;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    BenchSettings settings = matrix.settings(LEARNING_RATE);
    List<BenchmarkConfiguration> configurations =
        matrix.configurations(Set.of(BenchmarkSystem.CENTROID_SPARK), WIDTHS);
    check(configurations);
    output.createFolder();
    List<BenchmarkResult> results;
    try (CentroidRunner runner =
        new CentroidRunner(settings, new ComputeAndOverhead(settings.mostWorkers()))) {
      AlternatingRuns alternating =
          new AlternatingRuns(matrix.warmUps(), matrix.runs(), output::progress);
      results = alternating.run(configurations, system -> runner);
    }
    List<ScalingPoint> points = results.stream().map(ScalingPoint::of).toList();
    ScalingReport report = ScalingReport.of(settings, points, gigaflops, share);
    output.print(report.toJson(), new ScalingTable(report).toText());
    return ExitCode.DONE;
  }

  private void check(List<BenchmarkConfiguration> configurations) {
    requireTwo("--workers", configurations, configuration -> configuration.cell().workers());
    requireTwo(
        "--hidden or --parameters", configurations, configuration -> configuration.cell().hidden());
    if (gigaflops != null && !(gigaflops > 0 && Double.isFinite(gigaflops))) {
      throw new InputException("--gflops-per-worker must be > 0: " + gigaflops);
    }
    if (!(share > 0 && share < 1)) {
      throw new InputException("--share must be between 0 and 1: " + share);
    }
  }

  private static void requireTwo(
      String option,
      List<BenchmarkConfiguration> configurations,
      ToIntFunction<BenchmarkConfiguration> value) {
    if (configurations.stream().mapToInt(value).distinct().count() < 2) {
      throw new InputException(option + " must name two or more, for a curve to be fitted");
    }
  }

  /** Defaults with fewer local steps and shorter runs than {@code bench averaging}. */
  static final class Defaults implements IDefaultValueProvider {
    private static final Map<String, String> VALUES =
        Map.of(
            "--workers", "1,2,3,4,6,8",
            "--local-steps", "1,10",
            "--seconds", "0.5",
            "--examples", "10240");

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
      return argument instanceof OptionSpec option ? VALUES.get(option.longestName()) : null;
    }
  }
}
