package io.centroid.serve.protocol;

/** The protocol's data types of supported models. */
public enum TensorType {
  FP32(Float.BYTES),
  INT64(Long.BYTES);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of an element in bytes in binary tensors, which are little-endian. */
  public int bytes() {
    return bytes;
  }
}
