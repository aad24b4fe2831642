package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import java.util.Map;

/** Metric by which evaluations are compared. */
public enum Metric {
  ACCURACY("accuracy"),
  LOSS("loss");

  private final String key;

  Metric(String key) {
    this.key = key;
  }

  /** Name in {@link Evaluation#metrics}. */
  public String key() {
    return key;
  }

  public boolean higherIsBetter() {
    return Evaluation.isHigherBetter(key);
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
    return higherIsBetter() ? value > than + margin : value < than - margin;
  }
}
