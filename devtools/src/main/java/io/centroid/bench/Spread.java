package io.centroid.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Median and quartiles of a few measurements (linear interpolation between order statistics).
 *
 * @param low first quartile
 * @param high third quartile
 */
public record Spread(double low, double median, double high) {

  /** Computes the spread of one or more values. */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no measurements");
    }
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
  }

  /**
   * Computes the spread of {@code values / others}, run by run. Load on the machine during a pair
   * of runs affects both and cancels out.
   */
  public static Spread ofRatios(List<Double> values, List<Double> others) {
    if (values.size() != others.size()) {
      throw new IllegalArgumentException(
          "expected equal numbers of runs: " + values.size() + " and " + others.size());
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / others.get(i));
    }
    return of(ratios);
  }

  private static double quantile(List<Double> sorted, double fraction) {
    double position = fraction * (sorted.size() - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.size() - 1);
    double weight = position - below;
    return sorted.get(below) * (1 - weight) + sorted.get(above) * weight;
  }
}
