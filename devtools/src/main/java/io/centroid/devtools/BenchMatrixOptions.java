package io.centroid.devtools;

import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkConfiguration;
import io.centroid.bench.BenchmarkSystem;
import io.centroid.bench.Cell;
import io.centroid.cli.options.SparkOptions;
import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the matrix and the duration of {@code bench averaging} and {@code bench scaling}. */
final class BenchMatrixOptions {
  /** Inputs of the synthetic digits and of MNIST: 28 by 28 pixels, ten classes. */
  private static final int INPUTS = 784;

  private static final int CLASSES = 10;
  private static final int PARAMETERS_PER_UNIT = INPUTS + 1 + CLASSES;

  @Option(
      names = "--workers",
      paramLabel = "W",
      split = ",",
      defaultValue = "1,2,4",
      description = "Numbers of workers (default: ${DEFAULT-VALUE}).")
  private List<Integer> workers;

  @Option(
      names = "--local-steps",
      paramLabel = "H",
      split = ",",
      defaultValue = "1,10,47,469",
      description =
          "Local steps between synchronizations (default: ${DEFAULT-VALUE}); a round ends with its"
              + " epoch, so the table shows the actual number.")
  private List<Integer> localSteps;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      split = ",",
      description = "Widths of the hidden layer (128: 101,770 parameters).")
  private List<Integer> hidden = List.of();

  @Option(
      names = "--parameters",
      paramLabel = "N",
      split = ",",
      description = "Numbers of parameters instead of widths; the nearest widths are used.")
  private List<Integer> parameters = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "Duration of a run in seconds, rounded to whole rounds (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "0",
      description = "Rounds per run, instead of a duration in seconds.")
  private int rounds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured runs per configuration (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Warm-up runs per configuration (default: ${DEFAULT-VALUE}), at least 2: the first has"
              + " one round and determines the number of rounds of the others.")
  private int warmUps;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Examples per worker and local step (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      defaultValue = "",
      description = "Folder with MNIST's files, any Hadoop URI (default: synthetic digits).")
  private String data;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Number of synthetic digits without --data (default: ${DEFAULT-VALUE}).")
  private int examples;

  @Mixin private SparkOptions spark;

  int warmUps() {
    return warmUps;
  }

  int runs() {
    return runs;
  }

  /**
   * Returns the settings.
   *
   * @throws InputException if a value is invalid
   */
  BenchSettings settings(double learningRate) {
    requirePositive("--workers", workers);
    requirePositive("--local-steps", localSteps);
    requirePositive("--hidden", hidden);
    requirePositive("--runs", List.of(runs));
    requirePositive("--batch-size", List.of(batchSize));
    requirePositive("--examples", List.of(examples));
    if (warmUps < 2) {
      throw new InputException("--warm-ups must be >= 2: " + warmUps);
    }
    if (rounds < 0) {
      throw new InputException("--rounds must be >= 0: " + rounds);
    }
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new InputException("--seconds must be > 0: " + seconds);
    }
    int most = workers.stream().mapToInt(Integer::intValue).max().orElse(1);
    if (data.isEmpty() && examples < most * batchSize) {
      throw new InputException(
          "--examples must be at least a batch for each worker, "
              + most * batchSize
              + ": "
              + examples);
    }
    return new BenchSettings(
        data, examples, batchSize, learningRate, most, seconds, rounds, spark.overrides());
  }

  /**
   * Every system in every cell that applies to it. Configurations of the same cell are adjacent.
   */
  List<BenchmarkConfiguration> configurations(Collection<BenchmarkSystem> systems) {
    return configurations(systems, List.of(128));
  }

  /** As above, with other default widths. */
  List<BenchmarkConfiguration> configurations(
      Collection<BenchmarkSystem> systems, List<Integer> defaultWidths) {
    Set<BenchmarkConfiguration> configurations = new LinkedHashSet<>();
    for (int width : widths(defaultWidths)) {
      for (int count : workers) {
        for (int steps : localSteps) {
          for (BenchmarkSystem system : systems) {
            configurations.add(
                new BenchmarkConfiguration(system, cell(system, count, steps, width)));
          }
        }
      }
    }
    return new ArrayList<>(configurations);
  }

  private static Cell cell(BenchmarkSystem system, int workers, int localSteps, int hidden) {
    return switch (system) {
      case CENTROID_SPARK, CENTROID_THREADS, DL4J_EXPORT, DL4J_DIRECT ->
          new Cell(workers, localSteps, hidden);
      case PYTORCH, PYTORCH_ONE_THREAD -> new Cell(1, 1, hidden);
      case PYTORCH_DDP -> new Cell(workers, 1, hidden);
    };
  }

  private Set<Integer> widths(List<Integer> defaults) {
    Set<Integer> widths = new LinkedHashSet<>(hidden);
    for (int size : parameters) {
      int width = Math.round((float) (size - CLASSES) / PARAMETERS_PER_UNIT);
      if (width < 1) {
        throw new InputException(
            "--parameters must be at least " + (PARAMETERS_PER_UNIT + CLASSES) + ": " + size);
      }
      widths.add(width);
    }
    return widths.isEmpty() ? new LinkedHashSet<>(defaults) : widths;
  }

  private static void requirePositive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new InputException(option + " must be > 0: " + value);
      }
    }
  }
}
