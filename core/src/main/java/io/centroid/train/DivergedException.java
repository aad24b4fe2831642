package io.centroid.train;

/**
 * Training left the finite numbers, or a worker went far away from the others: the run stops before
 * the next checkpoint, the last good one stays. Commands exit with 3.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 2L;

  private final long round;

  /**
   * A round that went wrong.
   *
   * @param what names the worker, if one is to blame, and the number
   */
  public DivergedException(long round, String what) {
    super("training diverged in round " + round + ": " + what);
    this.round = round;
  }

  private DivergedException(DivergedException last, String more) {
    super(last.getMessage() + more, last);
    this.round = last.round;
  }

  /** The round, from 0. */
  public long round() {
    return round;
  }

  /** The same with more to say at the end of its line. */
  public DivergedException with(String more) {
    return new DivergedException(this, more);
  }
}
