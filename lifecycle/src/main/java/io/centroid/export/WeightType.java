package io.centroid.export;

import java.util.Locale;

/** The type of the weights in an ONNX file. */
public enum WeightType {
  /** Single precision, as trained. */
  FP32,
  /**
   * Half precision, converted to float32 when a server loads the file: half the size, the same
   * speed.
   */
  FP16,
  /**
   * 8-bit integers with one scale per output and dynamically quantized inputs: a quarter of the
   * size.
   */
  INT8;

  /** The spelling in commands and files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return key();
  }
}
