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

  /** What the round cost beside the local steps of its slowest worker. */
  public long overheadNanos() {
    return publishNanos + runNanos + foldNanos - slowestComputeNanos;
  }
}
