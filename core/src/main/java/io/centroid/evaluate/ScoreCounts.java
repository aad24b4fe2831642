package io.centroid.evaluate;

import java.io.Serializable;

/**
 * Numbers of examples by predicted probability, from which precision-recall curves, the area under
 * them and calibration follow. {@code positives[class][bin]} counts examples of the class whose
 * predicted probability of that class is in the bin, {@code negatives} those of other classes. Bin
 * {@code i} of n holds probabilities from {@code i / (n - 1)} to below {@code (i + 1) / (n - 1)},
 * so that the last one holds 1.
 */
public record ScoreCounts(long[][] positives, long[][] negatives) implements Serializable {
  /** Number of bins. */
  public static final int BINS = 201;

  /** More classes than these are not counted. */
  public static final int MOST_CLASSES = 100;

  /** No counts. */
  public static final ScoreCounts NONE = new ScoreCounts(new long[0][], new long[0][]);

  /** Counts of zero. */
  public static ScoreCounts empty(int classes) {
    return new ScoreCounts(new long[classes][BINS], new long[classes][BINS]);
  }

  /** Number of classes; 0 if nothing was counted. */
  public int classes() {
    return positives.length;
  }
}
