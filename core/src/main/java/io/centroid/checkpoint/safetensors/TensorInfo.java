package io.centroid.checkpoint.safetensors;

import java.util.List;

/**
 * One tensor as a safetensors header describes it.
 *
 * @param name the tensor's name, unique in its file
 * @param dtype element type
 * @param shape sizes of the dimensions; empty for a scalar
 * @param begin first byte, counted from the start of the data
 * @param end the byte after the last, counted from the start of the data
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return (end - begin) / dtype.bytes();
  }
}
