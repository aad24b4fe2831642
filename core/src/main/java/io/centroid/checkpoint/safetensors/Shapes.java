package io.centroid.checkpoint.safetensors;

import java.util.List;

/** Overflow-checked arithmetic on tensor shapes. */
public final class Shapes {
  private Shapes() {}

  /**
   * The product of the dimensions; 1 for a scalar.
   *
   * @throws ArithmeticException if the product overflows a long
   */
  public static long elements(List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }
}
