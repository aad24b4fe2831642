package io.centroid.kernels;

/**
 * Loops over plain arrays, simple enough for the compiler to vectorise. Java's float arithmetic is
 * the same on every machine, and so are these results.
 */
final class Elementwise {
  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts, the first with zeros at its end: n * LN2_HIGH is exact (Cody and Waite).
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // Adding and subtracting it rounds to a whole number.
  private static final float ROUNDING = 12582912f;

  private Elementwise() {}

  /** e^x to about one unit in the last place, from 1e-38 at -87.3 to 2.4e38 at 88.3. */
  static float exp(float x) {
    float bounded = Math.max(-87.3f, Math.min(88.3f, x));
    float whole = (bounded * LOG2_E + ROUNDING) - ROUNDING;
    float r = (bounded - whole * LN2_HIGH) - whole * LN2_LOW;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1;
    return p * Float.intBitsToFloat(((int) whole + 127) << 23);
  }

  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  static float tanh(float x) {
    if (Math.abs(x) < 0.35f) {
      // The quotient below would lose digits to cancellation.
      float s = x * x;
      float p = 2.1869488e-2f;
      p = p * s - 5.3968254e-2f;
      p = p * s + 1.3333333e-1f;
      p = p * s - 3.3333333e-1f;
      return x + x * s * p;
    }
    return 1 - 2 / (1 + exp(2 * x));
  }

  static void apply(Nonlinearity function, float[] x, int length) {
    switch (function) {
      case IDENTITY -> {}
      case RELU -> {
        // Math.max lets NaN through, which a comparison would turn into 0.
        for (int i = 0; i < length; i++) {
          x[i] = Math.max(x[i], 0f);
        }
      }
      case TANH -> {
        for (int i = 0; i < length; i++) {
          x[i] = tanh(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < length; i++) {
          x[i] = sigmoid(x[i]);
        }
      }
      case GELU_SIGMOID -> {
        for (int i = 0; i < length; i++) {
          x[i] = x[i] * sigmoid(1.702f * x[i]);
        }
      }
    }
  }

  /**
   * Multiplies by the slope.
   *
   * @param at inputs or values of the function, as {@link Nonlinearity#isDifferentiatedAtInput}
   *     says
   */
  static void multiplyBySlope(Nonlinearity function, float[] at, float[] delta, int length) {
    switch (function) {
      case IDENTITY -> {}
      case RELU -> {
        for (int i = 0; i < length; i++) {
          delta[i] = at[i] <= 0 ? 0 : delta[i];
        }
      }
      case TANH -> {
        for (int i = 0; i < length; i++) {
          delta[i] *= 1 - at[i] * at[i];
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < length; i++) {
          delta[i] *= at[i] * (1 - at[i]);
        }
      }
      case GELU_SIGMOID -> {
        for (int i = 0; i < length; i++) {
          float s = sigmoid(1.702f * at[i]);
          delta[i] *= s + 1.702f * at[i] * s * (1 - s);
        }
      }
    }
  }

  /** Turns {@code x[from..from+length)} into exp(x - largest) and returns the sum. */
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
