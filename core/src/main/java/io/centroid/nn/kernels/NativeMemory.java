package io.centroid.nn.kernels;

import org.bytedeco.javacpp.Pointer;

/** What this JVM holds outside its heap. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Bytes of native vectors and buffers that JavaCPP has allocated and not freed; ND4J's own
   * workspaces and the libraries are not among them.
   */
  public static long trackedBytes() {
    return Pointer.totalBytes();
  }

  /** Resident bytes of the whole process, heap and mapped files included. */
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }
}
