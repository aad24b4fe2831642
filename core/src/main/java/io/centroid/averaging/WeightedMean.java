package io.centroid.averaging;

/**
 * The weighted mean of vectors, which are added one at a time. Each element is summed in double
 * precision in the order of the calls, so that the result is bitwise identical on any machine and
 * for any slicing. Not thread-safe.
 */
public final class WeightedMean {
  private final double[] sums;
  private double total;

  public WeightedMean(int length) {
    sums = new double[length];
  }

  /**
   * Adds a vector. The last bits of the mean depend on the order of the calls.
   *
   * @param weight weight of the vector; 0 skips it, even if it has NaN values
   */
  public void add(float[] values, double weight) {
    if (values.length != sums.length) {
      throw new IllegalArgumentException(
          "a vector must have " + sums.length + " values: " + values.length);
    }
    if (weight == 0) {
      return;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[i];
    }
    total += weight;
  }

  /**
   * {@code sum(weight * values) / sum(weight)} of the vectors so far; zeros if all weights are 0.
   */
  public float[] mean() {
    float[] mean = new float[sums.length];
    if (total == 0) {
      return mean;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / total);
    }
    return mean;
  }
}
