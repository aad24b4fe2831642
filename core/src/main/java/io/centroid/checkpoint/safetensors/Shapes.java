package io.centroid.checkpoint.safetensors;

import java.util.List;

/** Arithmetic on tensor shapes that fails rather than overflows. */
public final class Shapes {
  private Shapes() {}

  /**
   * The product of the dimensions; 1 for a scalar.
   *
   * @throws ArithmeticException if it exceeds a long
   */
  public static long elements(List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }
}
