package io.centroid.averaging;

import io.centroid.averaging.codec.Codec;

/**
 * Sums of squares in double precision, in an order that does not depend on the slicing of the
 * vector: each {@link Codec#BLOCK} of values is summed separately.
 */
public final class SumOfSquares {
  private SumOfSquares() {}

  /**
   * Adds the squares of a slice that begins at a block boundary of the vector. The sum is infinite
   * or NaN if and only if a value is.
   *
   * @param before sum of the preceding slices
   */
  public static double add(double before, float[] values, int length) {
    double sum = before;
    for (int from = 0; from < length; from += Codec.BLOCK) {
      sum += of(values, from, Math.min(from + Codec.BLOCK, length));
    }
    return sum;
  }

  /**
   * Sum of the squares of a range.
   *
   * @param from index of the first value
   * @param to index after the last value
   */
  public static double of(float[] values, int from, int to) {
    // Four independent sums, so that additions overlap.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (; i < to; i++) {
      a += (double) values[i] * values[i];
    }
    return (a + b) + (c + d);
  }
}
