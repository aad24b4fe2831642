package io.centroid.devtools;

import io.centroid.InputException;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.Cell;
import io.centroid.bench.Contestant;
import io.centroid.bench.Entrant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What is measured for how long, for {@code bench averaging} and {@code bench scaling}. */
final class BenchMatrixOptions {
  /** Of the digits and of MNIST: 28 by 28 pixels, ten classes. */
  private static final int INPUTS = 784;

  private static final int CLASSES = 10;
  private static final int WEIGHTS_OF_A_UNIT = INPUTS + 1 + CLASSES;

  @Option(
      names = "--workers",
      paramLabel = "W",
      split = ",",
      defaultValue = "1,2,4",
      description = "Numbers of workers (${DEFAULT-VALUE}).")
  private List<Integer> workers;

  @Option(
      names = "--local-steps",
      paramLabel = "H",
      split = ",",
      defaultValue = "1,10,47,469",
      description =
          "Local steps between two meetings (${DEFAULT-VALUE}); a round ends with the epoch, so"
              + " the table shows what a small shard made of them.")
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
      description = "Sizes of the network instead: the nearest widths are taken.")
  private List<Integer> parameters = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Length of a turn, approached by whole rounds (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "0",
      description = "Rounds of a turn, instead of a length in seconds.")
  private int rounds;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns of each that count (${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Turns of each before those (${DEFAULT-VALUE}); two or more, for the first has one round"
              + " and settles the length of the others.")
  private int warmUps;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Examples of one local step of one worker (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "",
      description = "Folder of MNIST's files (default: digits that Centroid draws).")
  private String data;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Digits to draw where there is no --data (${DEFAULT-VALUE}).")
  private int examples;

  int warmUps() {
    return warmUps;
  }

  int turns() {
    return turns;
  }

  /**
   * The settings.
   *
   * @throws InputException for a value that makes no sense
   */
  BenchSettings settings(double rate) {
    requirePositive("--workers", workers);
    requirePositive("--local-steps", localSteps);
    requirePositive("--hidden", hidden);
    requirePositive("--turns", List.of(turns));
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
    return new BenchSettings(data, examples, batchSize, rate, most, seconds, rounds);
  }

  /** Every contestant in every cell that makes sense to it, neighbors of one cell side by side. */
  List<Entrant> entrants(Collection<Contestant> contestants) {
    return entrants(contestants, List.of(128));
  }

  /** Likewise, where other widths are usual. */
  List<Entrant> entrants(Collection<Contestant> contestants, List<Integer> usualWidths) {
    Set<Entrant> entrants = new LinkedHashSet<>();
    for (int width : widths(usualWidths)) {
      for (int count : workers) {
        for (int steps : localSteps) {
          for (Contestant contestant : contestants) {
            entrants.add(new Entrant(contestant, cell(contestant, count, steps, width)));
          }
        }
      }
    }
    return new ArrayList<>(entrants);
  }

  private static Cell cell(Contestant contestant, int workers, int localSteps, int hidden) {
    return switch (contestant) {
      case CENTROID_SPARK, CENTROID_THREADS, DL4J_EXPORT, DL4J_DIRECT ->
          new Cell(workers, localSteps, hidden);
      case PYTORCH, PYTORCH_ONE_THREAD -> new Cell(1, 1, hidden);
      case PYTORCH_DDP -> new Cell(workers, 1, hidden);
    };
  }

  private Set<Integer> widths(List<Integer> usual) {
    Set<Integer> widths = new LinkedHashSet<>(hidden);
    for (int size : parameters) {
      int width = Math.round((float) (size - CLASSES) / WEIGHTS_OF_A_UNIT);
      if (width < 1) {
        throw new InputException(
            "--parameters must be at least " + (WEIGHTS_OF_A_UNIT + CLASSES) + ": " + size);
      }
      widths.add(width);
    }
    return widths.isEmpty() ? new LinkedHashSet<>(usual) : widths;
  }

  private static void requirePositive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new InputException(option + " must be > 0: " + value);
      }
    }
  }
}
