package io.centroid.checkpoint.safetensors;

import java.util.List;

/** A named tensor of floats to write; it must not change during the write. */
public interface Tensor {

  /** Name of the tensor, unique in its file. */
  String name();

  /** Sizes of the dimensions; empty for a scalar. */
  List<Long> shape();

  /** Copies {@code count} elements in row-major order, starting at {@code from}, into the array. */
  void read(long from, float[] into, int count);
}
