package io.centroid.nn.kernels;

/** Element-wise activation functions of the kernels, named by their formula. */
public enum Nonlinearity {
  IDENTITY,
  /** max(x, 0). */
  RELU,
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /**
   * x * sigmoid(1.702 x), the approximation of Hendrycks and Gimpel, "Gaussian error linear units"
   * (2016), that DL4J calls GELU.
   */
  GELU_SIGMOID;

  /** True if the derivative is computed from the function's input, not from its output. */
  public boolean isDifferentiatedAtInput() {
    return this == GELU_SIGMOID;
  }
}
