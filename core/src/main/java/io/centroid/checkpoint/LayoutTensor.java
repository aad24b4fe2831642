package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.InputErrors;
import io.centroid.checkpoint.safetensors.Shapes;
import java.util.List;

/**
 * One tensor of the parameter vector; the layout lists them in the order in which they lie there.
 *
 * @param name the tensor's name, as in {@code parameters.safetensors}
 * @param shape sizes of the dimensions; empty for a scalar
 * @param role what the model uses it for, such as {@code weight} or {@code bias}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LayoutTensor(String name, List<Long> shape, String role) {
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
