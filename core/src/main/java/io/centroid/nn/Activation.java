package io.centroid.nn;

/** Activation function of the hidden layers. */
public enum Activation {
  RELU,
  TANH,
  SIGMOID,
  GELU,
  IDENTITY
}
