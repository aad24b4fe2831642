package io.centroid.nn;

/** What a network is trained to lower, as a mean over the batch. */
public enum Loss {
  /** Softmax cross-entropy, in nats; targets are class numbers. */
  CROSS_ENTROPY,
  /** Cross-entropy of the single output's sigmoid, in nats; targets are 0 or 1. */
  BINARY_CROSS_ENTROPY,
  /** Squared error of the single output; targets are real numbers. */
  MEAN_SQUARED_ERROR;

  /** Classes that a network with so many outputs tells apart; 0 for a regression. */
  public int classes(int outputs) {
    return switch (this) {
      case CROSS_ENTROPY -> outputs;
      case BINARY_CROSS_ENTROPY -> 2;
      case MEAN_SQUARED_ERROR -> 0;
    };
  }

  /** Whether targets are class numbers. */
  public boolean classifies() {
    return this != MEAN_SQUARED_ERROR;
  }
}
