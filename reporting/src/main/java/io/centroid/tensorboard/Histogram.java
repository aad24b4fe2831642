package io.centroid.tensorboard;

/**
 * A histogram of finite values with buckets of equal width, as TensorBoard's own {@code
 * summary.histogram} computes it.
 *
 * @param rows left edge, right edge and count of each bucket, row-major
 * @param stride each {@code stride}-th value is counted
 */
record Histogram(double[] rows, int stride) {
  static final int BUCKETS = 30;

  /** More values than these are sampled. */
  static final int MOST_VALUES = 1 << 20;

  /** A value of a vector. */
  interface Values {
    float at(int index);
  }

  /**
   * Counts the values {@code from} to below {@code from + size}. If there are more than {@link
   * #MOST_VALUES}, it counts every n-th one, with the smallest n such that there are not.
   */
  static Histogram of(Values values, int from, int size) {
    int stride = Math.max(1, (size + MOST_VALUES - 1) / MOST_VALUES);
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i += stride) {
      float value = values.at(from + i);
      if (Float.isFinite(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (least > most) {
      return new Histogram(new double[3 * BUCKETS], stride);
    }
    double width = (most - least) / BUCKETS;
    long[] counts = new long[BUCKETS];
    for (int i = 0; i < size; i += stride) {
      float value = values.at(from + i);
      if (Float.isFinite(value)) {
        int bucket = width == 0 ? BUCKETS - 1 : (int) ((value - least) / width);
        counts[Math.min(bucket, BUCKETS - 1)]++;
      }
    }
    double[] rows = new double[3 * BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      rows[3 * bucket] = least + bucket * width;
      rows[3 * bucket + 1] = bucket == BUCKETS - 1 ? most : least + (bucket + 1) * width;
      rows[3 * bucket + 2] = counts[bucket];
    }
    return new Histogram(rows, stride);
  }
}
