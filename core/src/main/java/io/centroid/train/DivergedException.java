package io.centroid.train;

/**
 * Training diverged: a loss or parameter became NaN or infinite, or a worker's delta is an outlier.
 * The run stops before the next checkpoint; the last good checkpoint stays. Commands exit with code
 * 3.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 2L;

  private final long round;

  /**
   * Creates an exception.
   *
   * @param round index of the diverged round
   * @param what the worker, if it is one worker, and the value
   */
  public DivergedException(long round, String what) {
    super("training diverged in round " + round + ": " + what);
    this.round = round;
  }

  private DivergedException(DivergedException last, String more) {
    super(last.getMessage() + more, last);
    this.round = last.round;
  }

  /** Index of the round, from 0. */
  public long round() {
    return round;
  }

  /** A copy with {@code more} appended to the message. */
  public DivergedException with(String more) {
    return new DivergedException(this, more);
  }
}
