package io.centroid.spark;

/** The cluster gave no executor to work on. The message is one line for people. */
public final class NoExecutorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoExecutorException(String message) {
    super(message);
  }

  public NoExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}
