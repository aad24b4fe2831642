package io.centroid.checkpoint.lease;

import io.centroid.InputErrors;
import io.centroid.ReportedException;

/**
 * Another writer has taken over the run's folder: this one must stop. The message is one line that
 * names the other.
 */
public final class LeaseLostException extends ReportedException {
  private static final long serialVersionUID = 1L;

  /** Makes one line of the message: the other's name comes from a file. */
  public LeaseLostException(String message) {
    super(InputErrors.oneLine(message));
  }
}
