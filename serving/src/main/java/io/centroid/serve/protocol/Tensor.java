package io.centroid.serve.protocol;

import java.util.List;

/** A named tensor with elements in row-major order. */
public sealed interface Tensor {
  String name();

  List<Long> shape();

  TensorType type();

  /** The number of elements. */
  int size();

  /** A tensor of single-precision floats. */
  record Floats(String name, List<Long> shape, float[] values) implements Tensor {
    @Override
    public TensorType type() {
      return TensorType.FP32;
    }

    @Override
    public int size() {
      return values.length;
    }
  }

  /** A tensor of 64-bit integers. */
  record Longs(String name, List<Long> shape, long[] values) implements Tensor {
    @Override
    public TensorType type() {
      return TensorType.INT64;
    }

    @Override
    public int size() {
      return values.length;
    }
  }
}
