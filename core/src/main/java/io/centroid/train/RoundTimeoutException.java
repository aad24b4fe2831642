package io.centroid.train;

import io.centroid.ReportedException;

/**
 * A round was not done in time, however often it was tried: the message is one line that names
 * round, limit and who was late. The last checkpoint stays.
 */
public final class RoundTimeoutException extends ReportedException {
  private static final long serialVersionUID = 1L;

  /**
   * Of a round.
   *
   * @param late who had not reported, and where they ran
   */
  public RoundTimeoutException(long round, RoundLimit limit, int attempts, String late) {
    super(
        "round "
            + round
            + " was not done within train.round-timeout = "
            + limit.spelled()
            + (attempts == 1 ? "" : ", in " + attempts + " attempts")
            + ": "
            + late);
  }
}
