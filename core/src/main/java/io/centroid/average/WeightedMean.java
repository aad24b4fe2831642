package io.centroid.average;

import java.util.List;

/**
 * The mean of vectors by weight. Each element is summed in double precision in the order of the
 * list, so that the result has the same bits wherever and in whatever pieces it is computed.
 */
public final class WeightedMean {
  private static final int CHUNK = 4096;

  private WeightedMean() {}

  /** A vector and its weight; a weight of 0 leaves the vector out. */
  public record Part(float[] values, double weight) {}

  /**
   * Folds the parts.
   *
   * @return sum(weight * values) / sum(weight); zeros if no part has a weight
   */
  public static float[] of(List<Part> parts) {
    int length = parts.get(0).values().length;
    double total = parts.stream().mapToDouble(Part::weight).sum();
    float[] mean = new float[length];
    if (total == 0) {
      return mean;
    }
    double[] sums = new double[Math.min(CHUNK, length)];
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      java.util.Arrays.fill(sums, 0, count, 0);
      for (Part part : parts) {
        if (part.weight() != 0) {
          accumulate(sums, part, from, count);
        }
      }
      for (int i = 0; i < count; i++) {
        mean[from + i] = (float) (sums[i] / total);
      }
    }
    return mean;
  }

  private static void accumulate(double[] sums, Part part, int from, int count) {
    float[] values = part.values();
    double weight = part.weight();
    for (int i = 0; i < count; i++) {
      sums[i] += weight * values[from + i];
    }
  }
}
