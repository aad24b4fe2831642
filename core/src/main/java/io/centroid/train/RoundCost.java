package io.centroid.train;

/**
 * Time and network traffic of a round. Durations are in nanoseconds, measured on the driver; those
 * of workers are measured on each worker.
 *
 * @param publishNanos time to publish the parameters to the workers
 * @param runNanos time from starting the workers to the last result
 * @param aggregationNanos time of decoding, averaging and outer step on the driver
 * @param slowestTaskNanos duration of the slowest worker's task
 * @param slowestComputeNanos duration of the slowest worker's local steps
 * @param totalComputeNanos duration of all workers' local steps, summed
 * @param bytesDown bytes of encoded parameters and shared state, once per receiving process
 * @param bytesUp bytes of encoded deltas and states sent by the workers
 */
public record RoundCost(
    long publishNanos,
    long runNanos,
    long aggregationNanos,
    long slowestTaskNanos,
    long slowestComputeNanos,
    long totalComputeNanos,
    long bytesDown,
    long bytesUp) {

  /** Duration of the round. */
  public long nanos() {
    return publishNanos + runNanos + aggregationNanos;
  }

  /**
   * Lower bound of the time that the local steps take.
   *
   * @param parallelism number of workers that compute concurrently
   */
  public long computeNanos(int parallelism) {
    return Math.max(slowestComputeNanos, totalComputeNanos / parallelism);
  }

  /**
   * Duration of the round without its local steps: scheduling, transfer, aggregation and waiting.
   */
  public long overheadNanos(int parallelism) {
    return Math.max(0, nanos() - computeNanos(parallelism));
  }
}
