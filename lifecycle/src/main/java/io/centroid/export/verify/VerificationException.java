package io.centroid.export.verify;

import io.centroid.ReportedException;

/** What was written computes something else than the model; nothing of it was kept. */
public final class VerificationException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public VerificationException(String message) {
    super(message);
  }

  public VerificationException(String message, Throwable cause) {
    super(message, cause);
  }
}
