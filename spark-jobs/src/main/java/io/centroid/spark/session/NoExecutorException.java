package io.centroid.spark.session;

import io.centroid.ReportedException;

/** The cluster gave no executor to work on. The message is one line for people. */
public final class NoExecutorException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public NoExecutorException(String message) {
    super(message);
  }

  public NoExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}
