package io.centroid.train;

import io.centroid.error.ReportedException;

/**
 * A round exceeded its time limit in all attempts. The message is one line with round, limit and
 * late workers. The last checkpoint stays.
 */
public final class RoundTimeoutException extends ReportedException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param late workers that had not reported, and their executors
   */
  public RoundTimeoutException(long round, RoundLimit limit, int attempts, String late) {
    super(
        "round "
            + round
            + " did not finish within train.round-timeout = "
            + limit.timeoutText()
            + (attempts == 1 ? "" : ", in " + attempts + " attempts")
            + ": "
            + late);
  }
}
