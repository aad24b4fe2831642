package io.centroid.devtools;

import io.centroid.ExitCode;
import io.centroid.InputException;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.CentroidRunner;
import io.centroid.bench.Contestant;
import io.centroid.bench.Entrant;
import io.centroid.bench.Standing;
import io.centroid.bench.Tournament;
import io.centroid.bench.scaling.ComputeAndOverhead;
import io.centroid.bench.scaling.ScalingPoint;
import io.centroid.bench.scaling.ScalingReport;
import io.centroid.bench.scaling.ScalingTable;
import java.io.PrintWriter;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench scaling}: from rounds of this machine to rounds of a cluster. */
@Command(
    name = "scaling",
    description = {
      "Fit a cost model to this machine's rounds, and tell what it says of clusters.",
      "Rounds of every combination of workers, local steps and sizes are measured on Spark; what"
          + " they cost beside their local steps is fitted as a function of workers and bytes."
          + " Links are computed, not measured: see docs/scaling.md."
    },
    mixinStandardHelpOptions = true,
    defaultValueProvider = BenchScalingCommand.Defaults.class)
final class BenchScalingCommand implements Callable<Integer> {
  private static final double RATE = 0.01;

  /** About 10,000, 100,000 and 1,000,000 parameters. */
  private static final List<Integer> WIDTHS = List.of(13, 126, 1258);

  @Spec private CommandSpec spec;

  @Mixin private BenchMatrixOptions matrix;

  @Option(
      names = "--gflops-per-worker",
      paramLabel = "G",
      description =
          "Speed of a worker of the predicted clusters, in 10^9 operations a second (default: as"
              + " measured here).")
  private @Nullable Double gigaflops;

  @Option(
      names = "--share",
      paramLabel = "F",
      defaultValue = "0.1",
      description = "Part of the time that meetings may take (${DEFAULT-VALUE}).")
  private double share;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() {
    BenchSettings settings = matrix.settings(RATE);
    List<Entrant> entrants = matrix.entrants(Set.of(Contestant.CENTROID_SPARK), WIDTHS);
    check(entrants);
    PrintWriter err = spec.commandLine().getErr();
    List<Standing> standings;
    try (CentroidRunner runner =
        new CentroidRunner(settings, new ComputeAndOverhead(settings.mostWorkers()))) {
      Tournament tournament =
          new Tournament(
              matrix.warmUps(),
              matrix.turns(),
              line -> {
                err.println(line);
                err.flush();
              });
      standings = tournament.run(entrants, contestant -> runner);
    }
    List<ScalingPoint> points = standings.stream().map(ScalingPoint::of).toList();
    ScalingReport report = ScalingReport.of(settings, points, gigaflops, share);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      out.print(new ScalingTable(report).toText());
    }
    return ExitCode.DONE;
  }

  private void check(List<Entrant> entrants) {
    requireTwo("--workers", entrants, entrant -> entrant.cell().workers());
    requireTwo("--hidden or --parameters", entrants, entrant -> entrant.cell().hidden());
    if (gigaflops != null && !(gigaflops > 0 && Double.isFinite(gigaflops))) {
      throw new InputException("--gflops-per-worker must be > 0: " + gigaflops);
    }
    if (!(share > 0 && share < 1)) {
      throw new InputException("--share must be between 0 and 1: " + share);
    }
  }

  private static void requireTwo(
      String option, List<Entrant> entrants, ToIntFunction<Entrant> value) {
    if (entrants.stream().mapToInt(value).distinct().count() < 2) {
      throw new InputException(option + " must name two or more, for a curve to be fitted");
    }
  }

  /** Fewer local steps and shorter turns than where speeds are compared. */
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
