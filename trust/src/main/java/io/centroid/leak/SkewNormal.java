package io.centroid.leak;

import java.util.Arrays;
import org.apache.commons.math3.special.Erf;

/**
 * The skew-normal distribution (Azzalini 1985), fitted to a sample by the method of moments.
 *
 * @param location location parameter
 * @param scale scale parameter, above 0
 * @param shape shape parameter; 0 is the normal distribution
 */
record SkewNormal(double location, double scale, double shape) {
  /** The skewness of the distribution is below 0.9953. */
  private static final double MOST_SKEWNESS = 0.99;

  /** Standard deviations below which the density adds nothing. */
  private static final double WIDTH = 12;

  private static final int INTERVALS = 4000;
  private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

  /** Fits mean, variance and skewness of a sample of at least two different values. */
  static SkewNormal fit(double[] sample) {
    double mean = Arrays.stream(sample).average().orElseThrow();
    double second = Arrays.stream(sample).map(x -> Math.pow(x - mean, 2)).average().orElseThrow();
    double third = Arrays.stream(sample).map(x -> Math.pow(x - mean, 3)).average().orElseThrow();
    if (!(second > 0)) {
      throw new IllegalArgumentException("all values of the sample are equal");
    }
    double skewness =
        Math.max(-MOST_SKEWNESS, Math.min(MOST_SKEWNESS, third / Math.pow(second, 1.5)));
    double root = Math.pow(Math.abs(skewness), 2.0 / 3);
    double delta =
        Math.signum(skewness)
            * Math.sqrt(Math.PI / 2 * root / (root + Math.pow((4 - Math.PI) / 2, 2.0 / 3)));
    double scale = Math.sqrt(second / (1 - 2 * delta * delta / Math.PI));
    return new SkewNormal(
        mean - scale * delta * Math.sqrt(2 / Math.PI), scale, delta / Math.sqrt(1 - delta * delta));
  }

  /** The probability of values up to x, by Simpson's rule over the density. */
  double cumulative(double x) {
    double to = (x - location) / scale;
    if (to > WIDTH) {
      return 1;
    }
    double step = WIDTH / INTERVALS;
    double from = Math.min(to, 0) - WIDTH;
    int intervals = 2 * (int) Math.ceil((to - from) / step / 2);
    double width = (to - from) / intervals;
    double sum = density(from) + density(to);
    for (int i = 1; i < intervals; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * density(from + i * width);
    }
    return Math.min(1, sum * width / 3);
  }

  private double density(double z) {
    return 2 * Math.exp(-z * z / 2) / ROOT_TWO_PI * normal(shape * z);
  }

  /** The cumulative normal distribution, exact in its tails. */
  static double normal(double x) {
    return 0.5 * Erf.erfc(-x / Math.sqrt(2));
  }
}
