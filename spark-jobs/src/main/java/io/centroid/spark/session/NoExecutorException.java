package io.centroid.spark.session;

import io.centroid.error.ReportedException;

/** Thrown if the cluster provides no executor. The message is one line. */
public final class NoExecutorException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public NoExecutorException(String message) {
    super(message);
  }

  public NoExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}
