package io.centroid.serve.protocol;

/** The protocol's data types that our models take and give. */
public enum TensorType {
  FP32(Float.BYTES),
  INT64(Long.BYTES);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element in the binary form, which is little-endian. */
  public int bytes() {
    return bytes;
  }
}
