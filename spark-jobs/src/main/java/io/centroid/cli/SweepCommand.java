package io.centroid.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.cli.options.KeyOptions;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.process.ShellWord;
import io.centroid.cli.report.SweepProgress;
import io.centroid.cli.report.SweepReport;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.sweep.Halving;
import io.centroid.sweep.SearchSpace;
import io.centroid.sweep.Sweep;
import io.centroid.sweep.SweepPlan;
import io.centroid.sweep.SweepResults;
import io.centroid.sweep.TrialRecord;
import io.centroid.sweep.TrialRecord.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code sweep} command: trains with several settings and compares the results. */
@Command(
    name = "sweep",
    description = {
      "Train with several settings and compare them on the validation set.",
      "The same command resumes an interrupted sweep.",
      "Exit codes: 0 done, 2 bad input, or the settings of a trial cannot be used, 3 all trials"
          + " diverged, 1 other failures."
    },
    footer = {
      "",
      "Examples:",
      "  centroid sweep conf/mnist.conf --grid optimizer.learning-rate=0.01,0.1",
      "  centroid sweep conf/mnist.conf --random 20 --halving 3 \\",
      "    --range optimizer.learning-rate=log:1e-4..1e-1"
    },
    mixinStandardHelpOptions = true)
final class SweepCommand implements Callable<Integer> {
  /** Width of a table that is not shown on a terminal. */
  private static final int WIDEST = Integer.MAX_VALUE;

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CONF",
      description = "Configuration file, a local path or any Hadoop URI.")
  private String file;

  @Mixin private RunOptions options;

  @Option(
      names = "--grid",
      paramLabel = "KEY=VALUES",
      description =
          "Values of a key, separated by commas; repeatable: all combinations are trained.")
  private List<String> grid = new ArrayList<>();

  @Option(
      names = "--random",
      paramLabel = "COUNT",
      description = "Number of trials with values drawn from the ranges.")
  private @Nullable Integer random;

  @Option(
      names = "--range",
      paramLabel = "KEY=RANGE",
      description =
          "Range of a key for --random; repeatable: uniform:LOW..HIGH, log:LOW..HIGH,"
              + " int:LOW..HIGH, logint:LOW..HIGH or choice:VALUE,VALUE.")
  private List<String> ranges = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the random values (default: 1).")
  private long seed;

  @Option(
      names = "--halving",
      paramLabel = "FACTOR",
      description =
          "Successive halving: train the best 1/FACTOR of the trials on after each of the epochs"
              + " M, M*FACTOR, M*FACTOR^2 and so on.")
  private @Nullable Integer halving;

  @Option(
      names = "--min-epochs",
      paramLabel = "M",
      description = "Epochs of each trial before --halving stops one (default: 1).")
  private @Nullable Integer minimumEpochs;

  @Option(
      names = "--parallel",
      paramLabel = "TRIALS",
      defaultValue = "1",
      description = "Number of trials trained side by side (default: 1).")
  private int parallel;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Folder of the sweep (default: runs/NAME-sweep-HASH).")
  private @Nullable String dir;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  /** Overrides of all trials that no option sets. */
  private List<String> shared = List.of();

  @Override
  public Integer call() throws IOException {
    if (parallel < 1) {
      throw new InputException("--parallel must be at least 1: " + parallel);
    }
    List<Map<String, String>> settings = settings();
    if (minimumEpochs != null && halving == null) {
      throw new InputException("--min-epochs: expected --halving, whose first rung it is");
    }
    int first = minimumEpochs == null ? 1 : minimumEpochs;
    Halving rule = halving == null ? null : Halving.of(halving, first);
    String option = random == null ? "--grid" : "--range";
    shared = scheduling();
    RunConfig config = options.load(file, shared);
    for (String key : settings.get(0).keySet()) {
      if (options.overrides().stream().anyMatch(override -> override.startsWith(key + "="))) {
        throw new InputException("--set " + key + ": " + option + " varies it");
      }
    }
    SweepPlan unused = SweepPlan.of(option, settings, rule, this::configured);
    try (Session session = Session.open(config)) {
      List<String> start = ModelLocation.initFrom(config, session.files(), this::note);
      SweepPlan plan = SweepPlan.of(option, settings, rule, more -> configured(start, more));
      String folder = dir == null ? folder(config, plan) : dir;
      SweepProgress progress = centroid.sweepProgress(folder);
      Sweep sweep =
          new Sweep(
              plan,
              folder,
              more -> session.inForce(configured(start, more)),
              session.files(),
              Centroid.ENGINES,
              trial -> session.share(trial.name(), parallel),
              parallel,
              trial -> Centroid.reporters(trial.settings()),
              progress);
      progress.onPlan(sweep.folder(), plan, config.train().epochs());
      SweepResults results;
      try (progress) {
        results = sweep.execute();
      }
      print(sweep, plan, results, config.data().format(), session.files().configuration());
      int exitCode = exitCode(results);
      if (exitCode != ExitCode.DONE) {
        note("centroid: " + SweepReport.failures(results));
      }
      return exitCode;
    }
  }

  /** The settings of the trials, in order. */
  private List<Map<String, String>> settings() {
    if (random == null) {
      if (grid.isEmpty() || !ranges.isEmpty()) {
        throw new InputException(
            ranges.isEmpty()
                ? "sweep: expected --grid, or --random with --range"
                : "--range: expected --random with the number of trials");
      }
      return SearchSpace.grid(grid);
    }
    if (!grid.isEmpty() || ranges.isEmpty()) {
      throw new InputException(
          grid.isEmpty()
              ? "--random: expected --range"
              : "--grid and --random cannot be combined; a range may be choice:VALUE,VALUE");
    }
    return SearchSpace.random(ranges, random, seed);
  }

  private RunConfig configured(List<String> more) {
    return configured(List.of(), more);
  }

  private RunConfig configured(List<String> start, List<String> more) {
    List<String> overrides = new ArrayList<>(shared);
    overrides.addAll(start);
    overrides.addAll(more);
    return options.load(file, overrides);
  }

  /** Trials side by side share the executors evenly, unless the user sets another mode. */
  private List<String> scheduling() {
    String key = "spark.scheduler.mode";
    boolean isSet =
        System.getProperty(key) != null
            || options.overrides().stream().anyMatch(override -> override.contains(key))
            || options.load(file).spark().conf().containsKey(key);
    return parallel == 1 || isSet ? List.of() : List.of("spark.conf.\"" + key + "\"=FAIR");
  }

  private String folder(RunConfig config, SweepPlan plan) {
    String name = config.run().name();
    String automatic = RunConfig.baseName(file);
    return "runs/"
        + (name.matches("\\Q" + automatic + "\\E-[0-9a-f]{8}") ? automatic : name)
        + "-sweep-"
        + plan.shortHash();
  }

  private void note(String note) {
    centroid.terminal().note(note);
  }

  private void print(
      Sweep sweep,
      SweepPlan plan,
      SweepResults results,
      RunConfig.Data.Format format,
      Configuration hadoop) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode report = SweepReport.json(sweep, plan, results);
      out.println(report);
      return;
    }
    out.println();
    // One column is left free: a full line would wrap.
    int width = centroid.terminal().output().map(tty -> tty.size().columns() - 1).orElse(WIDEST);
    SweepReport.lines(plan, results, width).forEach(out::println);
    out.println();
    out.println("  sweep   " + sweep.folder());
    if (results.best().isPresent()) {
      TrialRecord best = results.best().get();
      String run = sweep.folder(plan.trials().get(best.trial() - 1));
      out.println("* best    " + run);
      out.println();
      out.println(
          "Evaluate the best:  "
              + Centroid.PROMPT
              + " evaluate "
              + ShellWord.of(run)
              + (format == RunConfig.Data.Format.DIGITS ? "" : " --recorded-data")
              + (best.test().isEmpty() ? " --part validation" : "")
              + KeyOptions.wordsFor(hadoop));
    }
  }

  static int exitCode(SweepResults results) {
    if (results.count(Status.FAILED) > 0) {
      return ExitCode.BAD_INPUT;
    }
    return results.best().isPresent() ? ExitCode.DONE : ExitCode.DIVERGED;
  }
}
