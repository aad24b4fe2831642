package io.centroid.train;

/**
 * Failures in a round that were recovered from, as far as they were known when it ended.
 *
 * @param retriedTasks number of tasks that failed and ran again
 * @param lostExecutors number of executors lost
 */
public record RoundFaults(int retriedTasks, int lostExecutors) {
  /** No failures. */
  public static final RoundFaults NONE = new RoundFaults(0, 0);
}
