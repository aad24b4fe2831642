package io.centroid.train;

/**
 * Failures since the previous round ended that were recovered from, as far as they were known when
 * the round ended. Failures that become known later count in the next round.
 *
 * @param retriedTasks number of tasks that failed and ran again
 * @param lostExecutors number of executors lost
 */
public record RoundFaults(int retriedTasks, int lostExecutors) {
  /** No failures. */
  public static final RoundFaults NONE = new RoundFaults(0, 0);
}
