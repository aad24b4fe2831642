package io.centroid.checkpoint.safetensors;

import java.util.List;

/** A named tensor of floats to be written; it must not change meanwhile. */
public interface Tensor {

  /** The tensor's name, unique in its file. */
  String name();

  /** Sizes of the dimensions; empty for a scalar. */
  List<Long> shape();

  /** Copies {@code count} elements, in row-major order, from {@code from} on into the array. */
  void read(long from, float[] into, int count);
}
