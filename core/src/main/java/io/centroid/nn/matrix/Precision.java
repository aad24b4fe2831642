package io.centroid.nn.matrix;

/** Precision of the factors of a training step's matrix products. Sums are float32 in either. */
public enum Precision {
  FLOAT32,
  /** The factors are rounded to bfloat16; parameters, gradients and activations stay float32. */
  BFLOAT16
}
