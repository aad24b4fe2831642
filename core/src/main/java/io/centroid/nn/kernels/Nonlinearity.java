package io.centroid.nn.kernels;

/** Functions that kernels apply element by element, named by their formula. */
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

  /** Whether the slope follows from the function's input, not from its value. */
  public boolean isDifferentiatedAtInput() {
    return this == GELU_SIGMOID;
  }
}
