package io.centroid.nn.kernels;

import org.bytedeco.javacpp.Pointer;

/** Off-heap memory of this JVM. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Bytes that JavaCPP has allocated and not freed: native vectors and buffers, without ND4J's
   * workspaces and the native libraries.
   */
  public static long javacppBytes() {
    return Pointer.totalBytes();
  }

  /** Limit of {@link #javacppBytes}; 0 if there is none. */
  public static long limitBytes() {
    return Pointer.maxBytes();
  }

  /** Resident set size of the process in bytes, heap and mapped files included. */
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }
}
