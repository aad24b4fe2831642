package io.centroid.train;

import java.util.Map;

/** Metric by which evaluations are compared. */
public enum Metric {
  ACCURACY("accuracy", true),
  LOSS("loss", false);

  private final String key;
  private final boolean higherIsBetter;

  Metric(String key, boolean higherIsBetter) {
    this.key = key;
    this.higherIsBetter = higherIsBetter;
  }

  /** Name in {@link io.centroid.evaluate.Evaluation#metrics}. */
  public String key() {
    return key;
  }

  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** The metric's value; NaN if it was not measured. */
  public double of(Map<String, Double> metrics) {
    return metrics.getOrDefault(key, Double.NaN);
  }

  /**
   * True if {@code value} is better than {@code than} by more than {@code margin}; any number is
   * better than NaN.
   */
  public boolean isBetter(double value, double than, double margin) {
    if (Double.isNaN(than)) {
      return !Double.isNaN(value);
    }
    return higherIsBetter ? value > than + margin : value < than - margin;
  }
}
