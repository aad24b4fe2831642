package io.centroid.sweep;

import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.train.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and
 * hyperparameter optimization", AISTATS 2016): at the rungs, which are epochs e, e x factor, e x
 * factor^2 and so on, the best 1/factor of the trials continue and the others stop.
 *
 * @param factor reduction factor, at least 2
 * @param minimumEpochs epoch of the first rung, at least 1
 */
public record Halving(int factor, int minimumEpochs) {
  public Halving {
    Json.require(factor >= 2, "factor", "2 or more");
    Json.require(minimumEpochs >= 1, "minimumEpochs", "1 or more");
  }

  /**
   * Creates the rule of a command.
   *
   * @throws InputException if a number is too small
   */
  public static Halving of(int factor, int minimumEpochs) {
    if (factor < 2) {
      throw new InputException("--halving must be at least 2: " + factor);
    }
    if (minimumEpochs < 1) {
      throw new InputException("--min-epochs must be at least 1: " + minimumEpochs);
    }
    return new Halving(factor, minimumEpochs);
  }

  /** The rungs of trials of a number of epochs, in ascending order. */
  public List<Integer> rungs(int epochs) {
    List<Integer> rungs = new ArrayList<>();
    for (long rung = minimumEpochs; rung < epochs; rung *= factor) {
      rungs.add((int) rung);
    }
    return rungs;
  }

  /**
   * The number of epochs that all trials together are trained, if none ends early.
   *
   * @param epochs epochs of a trial that is not stopped
   */
  public long epochs(int trials, int epochs) {
    long sum = 0;
    long left = trials;
    int from = 0;
    for (int rung : rungs(epochs)) {
      sum += left * (rung - from);
      from = rung;
      left = Math.max(1, left / factor);
    }
    return sum + left * (epochs - from);
  }

  /**
   * The trials that continue.
   *
   * @param scores metric at the rung by number of the trial; NaN if it diverged or failed
   * @return numbers of the best 1/factor of the trials, rounded down, but at least one; in a tie
   *     the lower number; in ascending order. Only trials with a score
   */
  List<Integer> survivors(Map<Integer, Double> scores, Metric metric) {
    Comparator<Double> ascending = Comparator.naturalOrder();
    return scores.entrySet().stream()
        .filter(score -> !score.getValue().isNaN())
        .sorted(
            Map.Entry.<Integer, Double>comparingByValue(
                    metric.higherIsBetter() ? ascending.reversed() : ascending)
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(Math.max(1, scores.size() / factor))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
