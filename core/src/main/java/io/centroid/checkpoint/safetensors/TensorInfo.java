package io.centroid.checkpoint.safetensors;

import java.util.List;

/**
 * The description of one tensor in a safetensors header.
 *
 * @param name name of the tensor, unique in its file
 * @param dtype element type
 * @param shape sizes of the dimensions; empty for a scalar
 * @param begin offset of the first byte from the start of the data
 * @param end offset after the last byte from the start of the data
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
