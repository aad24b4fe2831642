package io.centroid.privacy;

/**
 * Rényi differential privacy of one step of the sampled Gaussian mechanism with Poisson sampling:
 * Mironov, Talwar and Zhang, "Rényi differential privacy of the sampled Gaussian mechanism", 2019
 * (arXiv 1908.10530), section 3.3. All sums are of logarithms, since the terms exceed the range of
 * double precision.
 *
 * @param samplingRate probability q that an example is in a step, above 0 and at most 1
 * @param noiseMultiplier standard deviation of the noise per sensitivity, above 0
 */
record SubsampledGaussian(double samplingRate, double noiseMultiplier) {
  /** Terms below exp of this do not change the sum; that of all terms is at least 1. */
  private static final double NEGLIGIBLE = -30;

  /**
   * The Rényi divergence of an order.
   *
   * @param order order alpha, above 1
   */
  double divergence(double order) {
    if (samplingRate == 1) {
      return order / (2 * noiseMultiplier * noiseMultiplier);
    }
    double logMoment = order == Math.rint(order) ? ofInteger((int) order) : ofFraction(order);
    return Math.max(0, logMoment) / (order - 1);
  }

  /** The logarithm of A(alpha), a finite sum by the binomial theorem. */
  private double ofInteger(int order) {
    double sum = Double.NEGATIVE_INFINITY;
    double logBinomial = 0;
    for (int k = 0; k <= order; k++) {
      double term =
          logBinomial
              + k * Math.log(samplingRate)
              + (order - k) * Math.log1p(-samplingRate)
              + k * (k - 1.0) / (2 * noiseMultiplier * noiseMultiplier);
      sum = logAdd(sum, term);
      logBinomial += Math.log(order - k) - Math.log(k + 1.0);
    }
    return sum;
  }

  /**
   * The logarithm of A(alpha) for other orders: two alternating series, left and right of the point
   * z0 where the densities are equal.
   */
  private double ofFraction(double order) {
    double variance = noiseMultiplier * noiseMultiplier;
    double logRate = Math.log(samplingRate);
    double logRest = Math.log1p(-samplingRate);
    double z0 = variance * (logRest - logRate) + 0.5;
    double left = Double.NEGATIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double logBinomial = 0;
    boolean isPositive = true;
    for (int i = 0; ; i++) {
      double j = order - i;
      double leftTerm =
          logBinomial
              + i * logRate
              + j * logRest
              + i * (i - 1.0) / (2 * variance)
              + logHalfErfc((i - z0) / (Math.sqrt(2) * noiseMultiplier));
      double rightTerm =
          logBinomial
              + j * logRate
              + i * logRest
              + j * (j - 1) / (2 * variance)
              + logHalfErfc((z0 - j) / (Math.sqrt(2) * noiseMultiplier));
      left = isPositive ? logAdd(left, leftTerm) : logSubtract(left, leftTerm);
      right = isPositive ? logAdd(right, rightTerm) : logSubtract(right, rightTerm);
      if (Double.isNaN(left) || Double.isNaN(right)) {
        return interpolated(order);
      }
      if (i > order && Math.max(leftTerm, rightTerm) < NEGLIGIBLE) {
        return logAdd(left, right);
      }
      // The next binomial coefficient is this one times (order - i) / (i + 1).
      logBinomial += Math.log(Math.abs(j)) - Math.log(i + 1.0);
      isPositive ^= j < 0;
    }
  }

  /**
   * An upper bound where the series cancels: the logarithm of a moment is a convex function of the
   * order.
   */
  private double interpolated(double order) {
    int below = (int) Math.floor(order);
    double share = order - below;
    double atBelow = below == 1 ? 0 : ofInteger(below);
    return (1 - share) * atBelow + share * ofInteger(below + 1);
  }

  private static double logAdd(double a, double b) {
    double larger = Math.max(a, b);
    double smaller = Math.min(a, b);
    return smaller == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(smaller - larger));
  }

  /** NaN if b is larger than a. */
  private static double logSubtract(double a, double b) {
    if (b == Double.NEGATIVE_INFINITY) {
      return a;
    }
    return a == b ? Double.NEGATIVE_INFINITY : a + Math.log(-Math.expm1(b - a));
  }

  /**
   * The logarithm of erfc(x) / 2. From 2 on by the continued fraction of Abramowitz and Stegun,
   * "Handbook of mathematical functions", 7.1.14, else by the series 7.1.6.
   */
  static double logHalfErfc(double x) {
    if (x < 2) {
      return Math.log(0.5 - 0.5 * erf(x));
    }
    double fraction = x;
    for (int k = 200; k >= 1; k--) {
      fraction = x + 0.5 * k / fraction;
    }
    return -x * x - Math.log(2 * Math.sqrt(Math.PI) * fraction);
  }

  private static double erf(double x) {
    if (x < -6) {
      return -1;
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
