package io.centroid.serve.protocol;

import java.util.List;

/** A named tensor, its elements in row-major order. */
public sealed interface Tensor {
  String name();

  List<Long> shape();

  TensorType type();

  /** Elements, all dimensions multiplied. */
  int size();

  /** Single precision. */
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

  /** Whole numbers of 64 bits. */
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
