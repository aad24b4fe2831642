package io.centroid.onnx;

/** Element types of ONNX tensors, with their numbers in the specification. */
public enum ElementType {
  FLOAT(1),
  UINT8(2),
  INT64(7),
  FLOAT16(10);

  private final int number;

  ElementType(int number) {
    this.number = number;
  }

  /** The number in {@code TensorProto.data_type} and {@code TypeProto.Tensor.elem_type}. */
  int number() {
    return number;
  }
}
