package io.centroid.checkpoint;

/**
 * Another writer has taken over the run's folder: this one must stop. The message is one line that
 * names the other.
 */
public final class OvertakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OvertakenException(String message) {
    super(message);
  }
}
