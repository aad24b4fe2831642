package io.centroid.nn.kernels;

/**
 * Activation functions of multilayer perceptrons, a transformer's included, each computed with its
 * derivative by loops that the JIT compiler vectorizes.
 */
public enum MlpFunction {
  /** GPT-2's GELU by tanh: see {@link VectorMath#gelu}. */
  GELU_TANH,
  /** x * Phi(x), with the normal distribution by erf. */
  GELU_ERF,
  /**
   * x * sigmoid(1.702 x), the approximation of Hendrycks and Gimpel, "Gaussian error linear units"
   * (2016), that DL4J calls GELU.
   */
  GELU_SIGMOID,
  /** x * sigmoid(x), also called swish. */
  SILU,
  /** max(x, 0). */
  RELU,
  TANH,
  SIGMOID,
  IDENTITY;

  private static final float SIGMOID_FACTOR = 1.702f;
  private static final float SQRT_HALF = 0.70710678f;
  private static final float SQRT_2_PI = 2.5066283f;
  private static final float LARGEST_ERF = 4;
  private static final float LARGE = 0x1p127f;

  /**
   * Replaces the first {@code length} elements of x by the derivative and writes the values to
   * {@code out}.
   *
   * @param scratch array that is overwritten
   */
  void apply(
      float[] x, float[] out, float[] scratch, int length, VectorMath.ExpBuffers expBuffers) {
    switch (this) {
      case GELU_TANH -> VectorMath.gelu(x, out, scratch, 0, length);
      case GELU_ERF -> geluErf(x, out, scratch, length, expBuffers);
      case GELU_SIGMOID -> gated(x, out, scratch, length, SIGMOID_FACTOR);
      case SILU -> gated(x, out, scratch, length, 1);
      case RELU -> relu(x, out, length);
      case TANH -> {
        System.arraycopy(x, 0, out, 0, length);
        VectorMath.tanh(out, x, 0, length);
        tanhDerivatives(x, out, length);
      }
      case SIGMOID -> {
        sigmoids(x, out, scratch, length, 1);
        sigmoidDerivatives(x, out, length);
      }
      case IDENTITY -> {
        System.arraycopy(x, 0, out, 0, length);
        java.util.Arrays.fill(x, 0, length, 1);
      }
    }
  }

  private static void relu(float[] x, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      float v = x[i];
      // Math.max propagates NaN, which a comparison would turn into 0.
      float positive = Math.max(v, 0f);
      out[i] = positive;
      // 1 if v is positive, even denormal: a comparison would be a branch, which is not vectorized.
      x[i] = Math.min(positive * LARGE * LARGE, 1f);
    }
  }

  private static void tanhDerivatives(float[] x, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = 1 - out[i] * out[i];
    }
  }

  private static void sigmoidDerivatives(float[] x, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = out[i] * (1 - out[i]);
    }
  }

  /** out = sigmoid(factor * x) = (1 + tanh(factor * x / 2)) / 2. */
  private static void sigmoids(float[] x, float[] out, float[] scratch, int length, float factor) {
    for (int i = 0; i < length; i++) {
      out[i] = 0.5f * factor * x[i];
    }
    VectorMath.tanh(out, scratch, 0, length);
    for (int i = 0; i < length; i++) {
      out[i] = 0.5f * (1 + out[i]);
    }
  }

  /** x * sigmoid(factor * x). */
  private static void gated(float[] x, float[] out, float[] scratch, int length, float factor) {
    sigmoids(x, out, scratch, length, factor);
    for (int i = 0; i < length; i++) {
      float v = x[i];
      float s = out[i];
      out[i] = v * s;
      x[i] = s + factor * v * s * (1 - s);
    }
  }

  private static void geluErf(
      float[] x, float[] out, float[] scratch, int length, VectorMath.ExpBuffers expBuffers) {
    erfArguments(x, scratch, length);
    erfNumerators(scratch, out, length);
    erf(scratch, out, length);
    for (int i = 0; i < length; i++) {
      scratch[i] = -0.5f * x[i] * x[i];
    }
    VectorMath.exp(scratch, 0, length, 0, expBuffers);
    for (int i = 0; i < length; i++) {
      float v = x[i];
      float cumulative = 0.5f * (1 + out[i]);
      out[i] = v * cumulative;
      x[i] = cumulative + v * scratch[i] / SQRT_2_PI;
    }
  }

  private static void erfArguments(float[] x, float[] arguments, int length) {
    for (int i = 0; i < length; i++) {
      arguments[i] = Math.max(-LARGEST_ERF, Math.min(LARGEST_ERF, x[i] * SQRT_HALF));
    }
  }

  /** The numerator of Eigen's rational function for erf. */
  private static void erfNumerators(float[] x, float[] numerators, int length) {
    for (int i = 0; i < length; i++) {
      float c = x[i];
      float c2 = c * c;
      float p = -2.72614225801306e-10f;
      p = Math.fma(p, c2, 2.77068142495902e-08f);
      p = Math.fma(p, c2, -2.10102402082508e-06f);
      p = Math.fma(p, c2, -5.69250639462346e-05f);
      p = Math.fma(p, c2, -7.34990630326855e-04f);
      p = Math.fma(p, c2, -2.95459980854025e-03f);
      p = Math.fma(p, c2, -1.60960333262415e-02f);
      numerators[i] = p * c;
    }
  }

  private static void erf(float[] x, float[] numerators, int length) {
    for (int i = 0; i < length; i++) {
      float c2 = x[i] * x[i];
      float q = -1.45660718464996e-05f;
      q = Math.fma(q, c2, -2.13374055278905e-04f);
      q = Math.fma(q, c2, -1.68282697438203e-03f);
      q = Math.fma(q, c2, -7.37332916720468e-03f);
      q = Math.fma(q, c2, -1.42647390514189e-02f);
      numerators[i] = numerators[i] / q;
    }
  }
}
