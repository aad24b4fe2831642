package io.centroid.bench.gpu;

/** Tells a device's lack of memory from the heap's. */
final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * Returns the reason in one line.
   *
   * @throws OutOfMemoryError if the heap is full instead
   */
  static String lack(OutOfMemoryError error) {
    String message = String.valueOf(error.getMessage());
    if (!message.startsWith("device: ")) {
      throw error;
    }
    return "out of memory";
  }
}
