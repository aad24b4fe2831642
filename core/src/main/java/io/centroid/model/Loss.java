package io.centroid.model;

/** What a network is trained to lower, as a mean over the batch. */
public enum Loss {
  /** Softmax cross-entropy, in nats; targets are class numbers. */
  CROSS_ENTROPY,
  /** Squared error of the single output; targets are real numbers. */
  MEAN_SQUARED_ERROR
}
