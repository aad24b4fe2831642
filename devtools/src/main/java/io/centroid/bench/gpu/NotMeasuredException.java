package io.centroid.bench.gpu;

/** A system cannot run a case. The message is the reason in one line. */
public final class NotMeasuredException extends Exception {
  private static final long serialVersionUID = 1L;

  public NotMeasuredException(String reason) {
    super(reason);
  }
}
