package io.centroid.serve.protocol;

import io.centroid.error.InputErrors;

/** Thrown to reject a request with an HTTP status and a one-line message. */
public final class RejectedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The HTTP status, 4xx or 5xx. */
  private final int status;

  public RejectedRequestException(int status, String message) {
    // No stack trace: the error is the client's, and traces are slow.
    super(InputErrors.oneLine(message), null, false, false);
    this.status = status;
  }

  public static RejectedRequestException malformed(String message) {
    return new RejectedRequestException(400, message);
  }

  public int status() {
    return status;
  }
}
