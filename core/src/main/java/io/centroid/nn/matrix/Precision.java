package io.centroid.nn.matrix;

/** Precision of the factors of a training step's matrix products. Sums are float32 in either. */
public enum Precision {
  FLOAT32,
  /** The factors are rounded to bfloat16; parameters, gradients and activations stay float32. */
  BFLOAT16;

  /**
   * Requires that products in this precision can be computed here.
   *
   * @throws io.centroid.error.InputException if they cannot
   */
  public void require() {
    if (this == BFLOAT16) {
      OneDnn.require(WeightFormat.BFLOAT16, "compute.precision = bfloat16");
    }
  }
}
