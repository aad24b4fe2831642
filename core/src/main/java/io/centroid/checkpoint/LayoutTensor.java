package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.checkpoint.safetensors.Shapes;
import io.centroid.error.InputErrors;
import java.io.Serializable;
import java.util.List;

/**
 * One tensor of the parameter vector; the layout lists the tensors in the vector's order.
 *
 * @param name name in {@code parameters.safetensors}
 * @param shape sizes of the dimensions; empty for a scalar
 * @param role use in the model, such as {@code weight} or {@code bias}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LayoutTensor(String name, List<Long> shape, String role) implements Serializable {
  public LayoutTensor {
    shape = List.copyOf(shape);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a tensor's name is empty");
    }
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "negative size in the shape of " + InputErrors.quote(name) + ": " + shape);
    }
    elements(name, shape);
  }

  /** Number of elements. */
  public long elements() {
    return elements(name, shape);
  }

  private static long elements(String name, List<Long> shape) {
    try {
      return Shapes.elements(shape);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape of " + InputErrors.quote(name) + " overflows: " + shape, e);
    }
  }
}
