package io.centroid.tracking;

import io.centroid.error.InputErrors;
import io.centroid.security.Redaction;
import java.io.IOException;

/** An answer of a server that is not a success. */
public final class MlflowFailure extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final String UNKNOWN = "RESOURCE_DOES_NOT_EXIST";

  private final int status;
  private final String errorCode;

  /**
   * @param status HTTP status
   * @param errorCode MLflow's error code; empty if the body is not MLflow's
   * @param message what the server said, which is shortened
   */
  MlflowFailure(int status, String errorCode, String message) {
    // Redacted before it is shortened, which may cut a secret in two.
    super(InputErrors.oneLine(text(status, Redaction.of(errorCode), Redaction.of(message))));
    this.status = status;
    this.errorCode = errorCode;
  }

  private static String text(int status, String errorCode, String message) {
    String answer = "answers " + status;
    if (errorCode.isEmpty()) {
      return message.isEmpty() ? answer : answer + " " + message;
    }
    return answer + " " + InputErrors.shorten(errorCode) + ": " + InputErrors.shorten(message);
  }

  /** Whether the token is missing, wrong, or does not permit what was asked. */
  public boolean isUnauthorized() {
    return status == UNAUTHORIZED || status == FORBIDDEN;
  }

  /** That the server has no such object any more. */
  static MlflowFailure unknown(String message) {
    return new MlflowFailure(NOT_FOUND, UNKNOWN, message);
  }

  /** Whether the server has no such object. */
  boolean isUnknown() {
    return status == NOT_FOUND && errorCode.equals(UNKNOWN);
  }

  /** Whether another client created the object meanwhile. */
  boolean isExisting() {
    return errorCode.equals("RESOURCE_ALREADY_EXISTS");
  }

  /** Whether the same request would fail again. */
  boolean isRejected() {
    return (status == BAD_REQUEST && !errorCode.isEmpty()) || status == TOO_LARGE;
  }

  /** Whether the server may answer otherwise later. */
  boolean isTransient() {
    return status >= 500 || status == 429 || status == 408;
  }
}
