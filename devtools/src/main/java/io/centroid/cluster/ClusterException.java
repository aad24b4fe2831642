package io.centroid.cluster;

import io.centroid.error.ReportedException;

/** An operation on the development cluster failed because a daemon died or did not become ready. */
public final class ClusterException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public ClusterException(String message) {
    super(message);
  }

  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
