package io.centroid.checkpoint.lease;

import io.centroid.error.ReportedException;

/**
 * Another live process holds the lease: this one must not start. The one-line message names the
 * holder.
 */
public final class LeaseHeldException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public LeaseHeldException(String message) {
    super(message);
  }
}
