package io.centroid.cluster;

import io.centroid.ReportedException;

/** The development cluster could not do what it was asked: a daemon died or did not come up. */
public final class ClusterException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public ClusterException(String message) {
    super(message);
  }

  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
