package io.centroid.evaluate;

import java.io.Serializable;

/**
 * Numbers of examples by predicted probability, from which precision-recall curves, the area under
 * them and calibration follow. {@code positives[class][bin]} counts examples of the class whose
 * predicted probability of that class is in the bin, {@code negatives} those of other classes. Bin
 * {@code i} of n holds probabilities from {@code i / (n - 1)} to below {@code (i + 1) / (n - 1)},
 * so that the last one holds 1. Areas under curves are those of the probabilities rounded down to
 * bins.
 */
public record ScoreCounts(long[][] positives, long[][] negatives) implements Serializable {
  /** Number of bins. */
  public static final int BINS = 201;

  /**
   * More classes than these are not counted: their curves would not be looked at, and every worker
   * sends its counts to the driver.
   */
  public static final int MOST_CLASSES = 20;

  /** No counts. */
  public static final ScoreCounts NONE = new ScoreCounts(new long[0][], new long[0][]);

  /** Counts of zero. */
  public static ScoreCounts empty(int classes) {
    return new ScoreCounts(new long[classes][BINS], new long[classes][BINS]);
  }

  /** The bin of a probability. */
  static int bin(float probability) {
    return Math.max(0, Math.min(BINS - 1, (int) (probability * (BINS - 1))));
  }

  /** Sums of these counts and others of the same classes, or of none. */
  ScoreCounts merge(ScoreCounts other) {
    if (classes() == 0 || other.classes() == 0) {
      return classes() == 0 ? other : this;
    }
    ScoreCounts sum = empty(classes());
    for (int label = 0; label < classes(); label++) {
      for (int bin = 0; bin < BINS; bin++) {
        sum.positives[label][bin] = positives[label][bin] + other.positives[label][bin];
        sum.negatives[label][bin] = negatives[label][bin] + other.negatives[label][bin];
      }
    }
    return sum;
  }

  /**
   * Precision of a class if the examples in this bin and above are predicted to be of it; NaN if
   * there are none.
   */
  public double precision(int label, int bin) {
    double found = above(positives[label], bin);
    return found / (found + above(negatives[label], bin));
  }

  /**
   * Recall of a class if the examples in this bin and above are predicted to be of it; NaN if the
   * class has no examples.
   */
  public double recall(int label, int bin) {
    return (double) above(positives[label], bin) / above(positives[label], 0);
  }

  /**
   * Average precision of a class, the area under its precision-recall curve as a step function: the
   * sum over the thresholds of the gain in recall times the precision; NaN if the class has no
   * examples.
   */
  public double averagePrecision(int label) {
    double area = 0;
    long found = 0;
    long wrong = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      long gained = positives[label][bin];
      found += gained;
      wrong += negatives[label][bin];
      area += gained == 0 ? 0 : gained * ((double) found / (found + wrong));
    }
    return area / found;
  }

  /**
   * Area under the ROC curve of a class: the probability that an example of the class has a higher
   * score than one of another, where equal bins count half; NaN if either is missing.
   */
  public double rocArea(int label) {
    double area = 0;
    long found = 0;
    long wrong = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      area += negatives[label][bin] * (found + positives[label][bin] / 2.0);
      found += positives[label][bin];
      wrong += negatives[label][bin];
    }
    return area / ((double) found * wrong);
  }

  private static long above(long[] counts, int bin) {
    long sum = 0;
    for (int i = bin; i < counts.length; i++) {
      sum += counts[i];
    }
    return sum;
  }

  /** Number of classes; 0 if nothing was counted. */
  public int classes() {
    return positives.length;
  }
}
