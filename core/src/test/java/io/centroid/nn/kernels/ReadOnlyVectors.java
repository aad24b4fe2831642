package io.centroid.nn.kernels;

/** Tells vectors of read-only memory from others, which hand out their memory to be written. */
public final class ReadOnlyVectors {
  private ReadOnlyVectors() {}

  /** Whether an open vector cannot be written. */
  public static boolean isReadOnly(FloatVector vector) {
    try {
      vector.pointer();
      return false;
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage()).endsWith(" is read-only");
    }
  }
}
