package io.centroid.nn;

/** Loss function, averaged over the batch. */
public enum Loss {
  /** Softmax cross-entropy, in nats; targets are class indices. */
  CROSS_ENTROPY,
  /** Binary cross-entropy of one sigmoid output, in nats; targets are 0 or 1. */
  BINARY_CROSS_ENTROPY,
  /** Squared error of one output; targets are real numbers. */
  MEAN_SQUARED_ERROR;

  /** Number of classes of a network with that number of outputs; 0 for regression. */
  public int classes(int outputs) {
    return switch (this) {
      case CROSS_ENTROPY -> outputs;
      case BINARY_CROSS_ENTROPY -> 2;
      case MEAN_SQUARED_ERROR -> 0;
    };
  }

  /** True if targets are class indices. */
  public boolean classifies() {
    return this != MEAN_SQUARED_ERROR;
  }
}
