package io.centroid.serve.protocol;

import java.util.List;

/**
 * The specification of an input or output of a model.
 *
 * @param shape dimensions; -1 for any length
 */
public record TensorSpec(String name, TensorType type, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Requires a tensor of this type and shape. */
  void require(Tensor tensor) {
    if (tensor.type() != type) {
      throw RejectedRequestException.malformed(
          "input " + name + ": expected datatype " + type + ", found " + tensor.type());
    }
    boolean fits = tensor.shape().size() == shape.size();
    for (int i = 0; fits && i < shape.size(); i++) {
      long length = tensor.shape().get(i);
      fits = length > 0 && (shape.get(i) < 0 || shape.get(i) == length);
    }
    if (!fits) {
      throw RejectedRequestException.malformed(
          "input " + name + ": expected shape " + shape + ", found " + tensor.shape());
    }
  }
}
