package io.centroid.random;

/**
 * The quantile function of the normal distribution: Acklam's rational approximation, with a
 * relative error of 1.2e-9. It converts uniform to normal random numbers.
 */
public final class NormalQuantile {
  private static final double LOW = 0.02425;
  private static final double HALF_STEP = 0x1.0p-54;

  private NormalQuantile() {}

  /** The quantile of a probability {@code p} in [0, 1). */
  public static double at(double p) {
    double inside = p + HALF_STEP;
    if (inside < LOW) {
      return tail(inside);
    }
    if (inside > 1 - LOW) {
      return -tail(1 - inside);
    }
    double q = inside - 0.5;
    double r = q * q;
    double above = -3.969683028665376e+01;
    above = above * r + 2.209460984245205e+02;
    above = above * r - 2.759285104469687e+02;
    above = above * r + 1.383577518672690e+02;
    above = above * r - 3.066479806614716e+01;
    above = above * r + 2.506628277459239e+00;
    double below = -5.447609879822406e+01;
    below = below * r + 1.615858368580409e+02;
    below = below * r - 1.556989798598866e+02;
    below = below * r + 6.680131188771972e+01;
    below = below * r - 1.328068155288572e+01;
    return above * q / (below * r + 1);
  }

  private static double tail(double p) {
    double q = StrictMath.sqrt(-2 * StrictMath.log(Math.max(p, Double.MIN_NORMAL)));
    double above = -7.784894002430293e-03;
    above = above * q - 3.223964580411365e-01;
    above = above * q - 2.400758277161838e+00;
    above = above * q - 2.549732539343734e+00;
    above = above * q + 4.374664141464968e+00;
    above = above * q + 2.938163982698783e+00;
    double below = 7.784695709041462e-03;
    below = below * q + 3.224671290700398e-01;
    below = below * q + 2.445134137142996e+00;
    below = below * q + 3.754408661907416e+00;
    return above / (below * q + 1);
  }
}
