package io.centroid.nn.kernels;

import java.util.function.DoubleUnaryOperator;

/** The activation functions of a transformer's MLP in double precision. */
public final class MlpDefinitions {
  private MlpDefinitions() {}

  public static DoubleUnaryOperator of(MlpFunction function) {
    return switch (function) {
      case GELU_TANH ->
          x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_ERF -> x -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_SIGMOID -> x -> x / (1 + Math.exp(-1.702 * x));
      case SILU -> x -> x / (1 + Math.exp(-x));
      case RELU -> x -> Math.max(x, 0);
      case TANH -> Math::tanh;
      case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
      case IDENTITY -> x -> x;
    };
  }

  /** The series of positive terms of erf(x) * e^(x^2); 1 beyond 6. */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
