package io.centroid.data;

import java.io.Serializable;

/**
 * Count, mean and squared deviations of a series of numbers, in double precision (Welford, "Note on
 * a method for calculating corrected sums of squares and products", 1962). Parts are combined as by
 * Chan, Golub and LeVeque ("Algorithms for computing the sample variance", 1983), so that a mean
 * far from 0 costs no precision. The result depends on the order of the numbers and of the parts.
 *
 * @param squares sum of the squared deviations from the mean
 */
public record Moments(long count, double mean, double squares) implements Serializable {

  /** The moments of no numbers. */
  public static final Moments NONE = new Moments(0, 0, 0);

  /** With one more number. */
  public Moments with(double value) {
    double delta = value - mean;
    double next = mean + delta / (count + 1);
    return new Moments(count + 1, next, squares + delta * (value - next));
  }

  /** Of these numbers and those of the other part. */
  public Moments merge(Moments other) {
    if (count == 0 || other.count == 0) {
      return count == 0 ? other : this;
    }
    long all = count + other.count;
    double delta = other.mean - mean;
    return new Moments(
        all,
        mean + delta * other.count / all,
        squares + other.squares + delta * delta * count * other.count / all);
  }

  /** Standard deviation of the population; 0 without numbers. */
  public double deviation() {
    return count == 0 ? 0 : Math.sqrt(squares / count);
  }
}
