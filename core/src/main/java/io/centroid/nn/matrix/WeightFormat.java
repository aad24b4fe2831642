package io.centroid.nn.matrix;

import io.centroid.io.Json;

/** Format of a language model's weights for decoding. */
public enum WeightFormat {
  /** The model's own weights, used in place. */
  FLOAT32,
  /** bfloat16 weights and activations, sums in float32. */
  BFLOAT16,
  /**
   * 8-bit integers with a scale per output, activations quantized with a scale per token; both
   * symmetric, sums in 32-bit integers.
   */
  INT8;

  /** The name in options and messages. */
  public String spelling() {
    return Json.spelling(this);
  }
}
