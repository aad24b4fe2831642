package io.centroid.nn;

/** The function between hidden layers. */
public enum Activation {
  RELU,
  TANH,
  SIGMOID,
  GELU,
  IDENTITY
}
