package io.centroid.export.verify;

import io.centroid.error.ReportedException;

/** Thrown if the outputs of an export differ from the model's. The export was discarded. */
public final class VerificationException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public VerificationException(String message) {
    super(message);
  }

  public VerificationException(String message, Throwable cause) {
    super(message, cause);
  }
}
