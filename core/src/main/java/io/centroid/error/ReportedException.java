package io.centroid.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure whose one-line message says what happened, where, and what to do. Commands print it
 * unchanged, without a stack trace, and exit with 1.
 */
public abstract class ReportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected ReportedException(String message) {
    super(message);
  }

  protected ReportedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
