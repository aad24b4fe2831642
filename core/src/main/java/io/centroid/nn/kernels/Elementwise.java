package io.centroid.nn.kernels;

/**
 * The functions of output layers. Results are bitwise identical on every machine, as Java's float
 * arithmetic is.
 */
final class Elementwise {
  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts; the first ends in zero bits, so that n * LN2_HIGH is exact (Cody and Waite).
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding and subtracting it rounds to an integer.
  private static final float ROUNDING = 12582912f;

  private Elementwise() {}

  /** e^x with an error of about 1 ulp; x is clamped to [-87.3, 87.3]. */
  static float exp(float x) {
    float whole = whole(x);
    return (1 + fraction(x, whole)) * power(whole);
  }

  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  /** n in e^x = 2^n e^r. */
  private static float whole(float x) {
    return (bounded(x) * LOG2_E + ROUNDING) - ROUNDING;
  }

  /** e^r - 1, by the polynomial of Moshier's Cephes library. */
  private static float fraction(float x, float whole) {
    float r = (bounded(x) - whole * LN2_HIGH) - whole * LN2_LOW;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r;
  }

  private static float power(float whole) {
    return Float.intBitsToFloat(((int) whole + 127) << 23);
  }

  /**
   * Clamps x: beyond these limits e^x or its inverse is denormal, which is a hundred times slower.
   */
  private static float bounded(float x) {
    // Faster than Math.min and Math.max, and propagates NaN too.
    return x > 87.3f ? 87.3f : x < -87.3f ? -87.3f : x;
  }

  /** Replaces {@code x[from..from+length)} by exp(x - largest), and returns the sum. */
  static double exponentiate(float[] x, int from, int length, float largest) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      x[i] = exp(x[i] - largest);
      sum += x[i];
    }
    return sum;
  }

  static float largest(float[] x, int from, int length) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      largest = Math.max(largest, x[i]);
    }
    return largest;
  }

  static void scale(float[] x, int from, int length, float factor) {
    for (int i = from; i < from + length; i++) {
      x[i] *= factor;
    }
  }
}
