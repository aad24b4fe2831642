package io.centroid.train;

/**
 * Where a round's time and traffic went. Times are nanoseconds of the driver's clock, but for those
 * of workers, which each worker's machine measured.
 *
 * @param publishNanos making the parameters ready for the workers
 * @param runNanos from asking the workers to having heard from the last
 * @param foldNanos decoding, mean and outer step, where the driver does them
 * @param slowestTaskNanos the longest that one worker was busy, its steps and all around them
 * @param slowestComputeNanos the longest that one worker took for its local steps
 * @param totalComputeNanos local steps of all workers together
 * @param bytesDown encoded parameters and shared state, once for each receiving process
 * @param bytesUp encoded deltas and states that left the workers
 */
public record RoundCost(
    long publishNanos,
    long runNanos,
    long foldNanos,
    long slowestTaskNanos,
    long slowestComputeNanos,
    long totalComputeNanos,
    long bytesDown,
    long bytesUp) {

  /** The whole round. */
  public long nanos() {
    return publishNanos + runNanos + foldNanos;
  }

  /**
   * The least time that the local steps alone would have taken.
   *
   * @param parallelism workers that compute at once
   */
  public long computeNanos(int parallelism) {
    return Math.max(slowestComputeNanos, totalComputeNanos / parallelism);
  }

  /** All of the round but its local steps: scheduling, transfer, fold, and waiting. */
  public long overheadNanos(int parallelism) {
    return Math.max(0, nanos() - computeNanos(parallelism));
  }
}
