package io.centroid.serve.protocol;

import io.centroid.InputErrors;

/** Why a request gets no answer: an HTTP status and one line, which may quote what was sent. */
public final class RefusedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The HTTP status, 4xx or 5xx. */
  private final int status;

  public RefusedRequest(int status, String message) {
    // What is wrong with a request is no fault of the place that found it, and traces cost time.
    super(InputErrors.oneLine(message), null, false, false);
    this.status = status;
  }

  public static RefusedRequest malformed(String message) {
    return new RefusedRequest(400, message);
  }

  public int status() {
    return status;
  }
}
