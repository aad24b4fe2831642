package io.centroid.spark;

import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerTotals;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** Where the workers' deltas meet. Both places give the same bits. */
sealed interface Reduction permits DriverReduction, SliceReduction {

  /**
   * What a round came to.
   *
   * @param slices the outer step's memory on the executors; null means none there
   */
  record Reduced(
      float[] parameters,
      SparkCarriedState carried,
      @Nullable SliceRdd slices,
      WorkerTotals totals,
      long runNanos,
      long aggregationNanos,
      long bytesUp) {}

  /**
   * Runs a round's job.
   *
   * @throws io.centroid.train.DivergedException if a worker left the finite numbers
   */
  Reduced run(Round round, RoundRdd<?> results, Broadcast<RoundStart> start);
}
