package io.centroid.checkpoint.lease;

import io.centroid.error.InputErrors;
import io.centroid.error.ReportedException;

/**
 * Another writer took over the lease: this one is fenced off and must stop. The one-line message
 * names the new holder.
 */
public final class LeaseLostException extends ReportedException {
  private static final long serialVersionUID = 1L;

  /** Reduces the message to one line, since the holder's name comes from a file. */
  public LeaseLostException(String message) {
    super(InputErrors.oneLine(message));
  }
}
