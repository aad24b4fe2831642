package io.centroid.checkpoint.lease;

import io.centroid.ReportedException;

/**
 * Another process writes the run and lives: this one must not begin. The message is one line that
 * names the other.
 */
public final class LeaseHeldException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public LeaseHeldException(String message) {
    super(message);
  }
}
