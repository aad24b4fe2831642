package io.centroid.train;

/**
 * Training left the finite numbers: the run stops before the next checkpoint, the last good one
 * stays. Commands exit with 3.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DivergedException(String message) {
    super(message);
  }
}
