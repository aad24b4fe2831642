package io.centroid.devtools;

import io.centroid.bench.checkpoint.CheckpointBench;
import io.centroid.bench.checkpoint.CheckpointReport;
import io.centroid.bench.checkpoint.CheckpointSettings;
import io.centroid.bench.checkpoint.CheckpointedNetwork;
import io.centroid.bench.checkpoint.EncryptionCost;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench checkpoint}: benchmarks the overhead of checkpoints. */
@Command(
    name = "checkpoint",
    description = {
      "Measure the overhead of a checkpoint after every round.",
      "Alternates runs with and without checkpoints, with rounds of about one second: MNIST's"
          + " network with plain SGD, and a larger one with AdamW, whose state is saved too."
          + " Training occupies all threads, so that saving has no idle core."
    },
    footer = {"", "Example:", "  centroid bench checkpoint --run-dir runs"},
    mixinStandardHelpOptions = true)
final class BenchCheckpointCommand implements Callable<Integer> {
  /** 100 MB. */
  private static final int ENCRYPTED_PARAMETERS = 25_000_000;

  @Option(
      names = "--run-dir",
      paramLabel = "URI",
      defaultValue = "runs",
      description =
          "Folder for the checkpoints, which are removed afterwards: a Hadoop URI or a local path"
              + " (default: ${DEFAULT-VALUE}).")
  private String runDir;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "128",
      description = "Hidden width of the network with SGD (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--hidden-adamw",
      paramLabel = "N",
      defaultValue = "12579",
      description =
          "Hidden width of the network with AdamW (${DEFAULT-VALUE}: 10 million parameters).")
  private int hiddenAdamw;

  @Option(
      names = "--workers",
      paramLabel = "W",
      defaultValue = "2",
      description = "Number of workers, each on a thread (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--round-seconds",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "Duration of a round in seconds, at most one epoch (default: ${DEFAULT-VALUE}).")
  private double roundSeconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "6",
      description = "Rounds per run (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs with and without checkpoints (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Examples per worker and local step (default: ${DEFAULT-VALUE}); few, so that an epoch is"
              + " long.")
  private int batchSize;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "240000",
      description = "Number of synthetic digits (default: ${DEFAULT-VALUE}).")
  private int examples;

  @Option(
      names = "--encryption",
      description =
          "Compare saves of 100 MB with and without encryption instead, in turn, without training;"
              + " --runs is the number of pairs.")
  private boolean encryption;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    if (encryption) {
      requireAtLeast("--runs", 1, runs);
      output.createFolder();
      EncryptionCost cost =
          EncryptionCost.measure(runDir, ENCRYPTED_PARAMETERS, runs, output::progress);
      output.print(cost.toJson(), cost.toText());
      return ExitCode.DONE;
    }
    CheckpointSettings settings = settings();
    List<CheckpointedNetwork> networks = new ArrayList<>();
    networks.add(new CheckpointedNetwork(hidden, "sgd"));
    networks.add(new CheckpointedNetwork(hiddenAdamw, "adamw"));
    output.createFolder();
    CheckpointReport report = new CheckpointBench(settings, runs, output::progress).run(networks);
    output.print(report.toJson(), report.toText());
    return ExitCode.DONE;
  }

  private CheckpointSettings settings() {
    requireAtLeast("--hidden", 1, hidden);
    requireAtLeast("--hidden-adamw", 1, hiddenAdamw);
    requireAtLeast("--workers", 1, workers);
    requireAtLeast("--rounds", 2, rounds);
    requireAtLeast("--runs", 1, runs);
    requireAtLeast("--batch-size", 1, batchSize);
    requireAtLeast("--examples", workers * batchSize, examples);
    if (!(roundSeconds > 0) || Double.isInfinite(roundSeconds)) {
      throw new InputException("--round-seconds must be > 0: " + roundSeconds);
    }
    return new CheckpointSettings(runDir, workers, examples, batchSize, roundSeconds, rounds);
  }

  private static void requireAtLeast(String option, int least, int value) {
    if (value < least) {
      throw new InputException(option + " must be at least " + least + ": " + value);
    }
  }
}
