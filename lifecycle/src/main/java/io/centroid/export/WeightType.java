package io.centroid.export;

import java.util.Locale;

/** How an ONNX file holds the weights. */
public enum WeightType {
  /** As they were trained. */
  FP32,
  /** Half floats, widened when a server loads them: half the file, the same speed. */
  FP16,
  /**
   * Bytes with a scale for each output, multiplied as integers with inputs that are quantized as
   * they come: a quarter of the file.
   */
  INT8;

  /** As commands and files spell it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return key();
  }
}
