package io.centroid.bench.gpu;

/** A system cannot run a case. The message is the reason in one line. */
public final class NotMeasuredException extends Exception {
  private static final long serialVersionUID = 1L;

  public NotMeasuredException(String reason) {
    super(reason);
  }

  /**
   * The device has too little memory.
   *
   * @throws OutOfMemoryError if it is the heap that is full
   */
  static NotMeasuredException of(OutOfMemoryError error) {
    if (!String.valueOf(error.getMessage()).startsWith("device: ")) {
      throw error;
    }
    return new NotMeasuredException("out of memory");
  }
}
