package io.centroid.averaging;

/**
 * The mean of vectors by weight. The parts are added one at a time and need not be kept. Each
 * element is summed in double precision in the order of the parts, so that the result is bitwise
 * identical wherever and in whatever slices it is computed. Not thread-safe.
 */
public final class WeightedMean {
  private final double[] sums;
  private double total;

  public WeightedMean(int length) {
    sums = new double[length];
  }

  /**
   * Adds the next part; the order of the calls decides the bits.
   *
   * @param weight 0 leaves the part out, whatever its values
   */
  public void add(float[] values, double weight) {
    if (values.length != sums.length) {
      throw new IllegalArgumentException(
          "a part must have " + sums.length + " values: " + values.length);
    }
    if (weight == 0) {
      return;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[i];
    }
    total += weight;
  }

  /** {@code sum(weight * values) / sum(weight)} of the parts so far; zeros if none has a weight. */
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
