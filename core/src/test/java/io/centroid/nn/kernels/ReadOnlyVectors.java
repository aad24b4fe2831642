package io.centroid.nn.kernels;

/** Detects read-only vectors. */
public final class ReadOnlyVectors {
  private ReadOnlyVectors() {}

  /** True if an open vector is read-only. */
  public static boolean isReadOnly(FloatVector vector) {
    try {
      vector.pointer();
      return false;
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage()).endsWith(" is read-only");
    }
  }
}
