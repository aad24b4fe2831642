package io.centroid.onnx;

import onnx.Onnx.TensorProto.DataType;

/** What the elements of an ONNX tensor are. */
public enum ElementType {
  FLOAT(DataType.FLOAT),
  FLOAT16(DataType.FLOAT16),
  UINT8(DataType.UINT8),
  INT32(DataType.INT32),
  INT64(DataType.INT64),
  BOOL(DataType.BOOL);

  private final DataType type;

  ElementType(DataType type) {
    this.type = type;
  }

  /** The number of {@code TensorProto.DataType}. */
  int number() {
    return type.getNumber();
  }
}
