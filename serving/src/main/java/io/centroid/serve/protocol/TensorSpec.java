package io.centroid.serve.protocol;

import java.util.List;

/**
 * What a model says of an input or output.
 *
 * @param shape dimensions; -1 takes any length
 */
public record TensorSpec(String name, TensorType type, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Refuses a tensor of another type, rank or length. */
  void require(Tensor tensor) {
    if (tensor.type() != type) {
      throw RefusedRequest.malformed(
          "input " + name + ": datatype " + type + " expected, " + tensor.type() + " found");
    }
    boolean fits = tensor.shape().size() == shape.size();
    for (int i = 0; fits && i < shape.size(); i++) {
      long length = tensor.shape().get(i);
      fits = length > 0 && (shape.get(i) < 0 || shape.get(i) == length);
    }
    if (!fits) {
      throw RefusedRequest.malformed(
          "input " + name + ": shape " + shape + " expected, " + tensor.shape() + " found");
    }
  }
}
