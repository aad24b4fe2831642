package io.centroid.devtools;

import io.centroid.bench.soak.Soak;
import io.centroid.bench.soak.SoakReport;
import io.centroid.cli.Centroid;
import io.centroid.cli.Session;
import io.centroid.cli.options.RunOptions;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.TemporaryFolder;
import io.centroid.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench soak}: detects resource leaks in a long training. */
@Command(
    name = "soak",
    description = {
      "Train for a long time and detect resource leaks in this process.",
      "Trains very short rounds with metrics and checkpoints. Samples heap, off-heap memory,"
          + " threads, open files and Spark's blocks fifty times, and compares the second fifth of"
          + " the samples with the last. Exits with 1 if one of them grows.",
      "With --set compute.workers=local, workers run as threads: millions of rounds."
    },
    footer = {"", "Example:", "  centroid bench soak --minutes 30"},
    mixinStandardHelpOptions = true)
final class BenchSoakCommand implements Callable<Integer> {
  /** Ten thousand parameters and one step per round, with worker states and lineage truncation. */
  private static final List<String> SHORT_ROUNDS =
      List.of(
          "data.digits.train=2000",
          "data.digits.test=0",
          "model.hidden=[12]",
          "train.workers=2",
          "train.local-steps=1",
          "train.batch-size=8",
          "train.steps=1000000000",
          "train.inner-state=keep",
          "optimizer.name=momentum",
          "optimizer.learning-rate=0.001",
          "outer.name=nesterov",
          "spark.master=local[2]",
          "checkpoint.every-rounds=200");

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file to train instead, a local path or any Hadoop URI; it must last longer"
              + " than the soak test.")
  private @Nullable String file;

  @Mixin private RunOptions options;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "10",
      description = "Duration in minutes (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    if (!(minutes > 0 && minutes < 100_000)) {
      throw new InputException("--minutes must be > 0: " + minutes);
    }
    output.createFolder();
    try (TemporaryFolder folder = TemporaryFolder.create("soak")) {
      Soak soak = new Soak(Duration.ofMillis(Math.round(minutes * 60_000)), output::progress);
      train(soak, folder.path().resolve("run"));
      return print(soak.report());
    }
  }

  private void train(Soak soak, Path runDirectory) throws IOException {
    List<String> overrides = new ArrayList<>(file == null ? SHORT_ROUNDS : List.of());
    overrides.addAll(options.overrides());
    overrides.add("run.dir=" + runDirectory.toUri());
    RunConfig config = RunConfig.load(file, overrides);
    try (Session session = Session.open(config)) {
      new TrainingRun(config, session.files(), Centroid.ENGINES, session::shardedData, soak)
          .execute();
      throw new InputException(
          "the training ended before the soak test: increase train.steps or train.epochs");
    } catch (Soak.TimeIsOver end) {
      // Expected: the time is over.
    }
  }

  private int print(SoakReport report) throws IOException {
    output.print(report.toJson(), report.toText());
    return report.passed() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
