package io.centroid.model;

/** The function between hidden layers. */
public enum Activation {
  RELU,
  TANH,
  SIGMOID,
  GELU,
  IDENTITY
}
