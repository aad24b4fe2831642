package io.centroid.averaging;

import java.util.Arrays;
import java.util.List;

/**
 * The mean of vectors by weight. Each element is summed in double precision in the order of the
 * parts, so that the result has the same bits wherever and in whatever pieces it is computed.
 */
public final class WeightedMean {
  private static final int CHUNK = 4096;

  private WeightedMean() {}

  /** A vector, or the same slice of each, and its weight; a weight of 0 leaves it out. */
  public record Part(float[] values, double weight) {}

  /**
   * Folds the parts.
   *
   * @return sum(weight * values) / sum(weight); zeros if no part has a weight
   */
  public static float[] of(List<Part> parts) {
    int length = parts.get(0).values().length;
    float[] mean = new float[length];
    double total = 0;
    for (Part part : parts) {
      total += part.weight();
    }
    double[] sums = new double[Math.min(CHUNK, length)];
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      Arrays.fill(sums, 0, count, 0);
      for (Part part : parts) {
        accumulate(sums, part.values(), from, count, part.weight());
      }
      divide(sums, total, mean, from, count);
    }
    return mean;
  }

  /**
   * The same mean, bit for bit, of parts that come one at a time and need not be kept: eight bytes
   * an element. Not thread-safe.
   */
  public static final class Accumulator {
    private final double[] sums;
    private double total;

    public Accumulator(int length) {
      sums = new double[length];
    }

    /** Adds the next part; the order of the calls decides the bits. */
    public void add(float[] values, double weight) {
      if (values.length != sums.length) {
        throw new IllegalArgumentException(
            "a part must have " + sums.length + " values: " + values.length);
      }
      accumulate(sums, values, 0, sums.length, weight);
      total += weight;
    }

    /** The mean of the parts so far; zeros if none has a weight. */
    public float[] mean() {
      float[] mean = new float[sums.length];
      divide(sums, total, mean, 0, mean.length);
      return mean;
    }
  }

  /** Adds {@code values[from..from + count)} to the first sums. */
  private static void accumulate(
      double[] sums, float[] values, int from, int count, double weight) {
    if (weight == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      sums[i] += weight * values[from + i];
    }
  }

  private static void divide(double[] sums, double total, float[] mean, int from, int count) {
    if (total == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      mean[from + i] = (float) (sums[i] / total);
    }
  }
}
