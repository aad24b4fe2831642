package io.centroid.data;

import java.io.Serializable;

/**
 * The inputs of a set of examples, row-major, in their stored type: pixels stay bytes until a batch
 * needs them, and tokens stay ids.
 */
public sealed interface Features extends Serializable
    permits Features.Pixels, Features.Numbers, TokenWindows {

  /** Capacity in values; the rows in use come first. */
  int length();

  /** Unsigned bytes, 0..255. */
  record Pixels(byte[] values) implements Features {
    @Override
    public int length() {
      return values.length;
    }
  }

  /** Real numbers of table columns. */
  record Numbers(float[] values) implements Features {
    @Override
    public int length() {
      return values.length;
    }
  }
}
