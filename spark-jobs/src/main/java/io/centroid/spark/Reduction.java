package io.centroid.spark;

import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerTotals;
import org.jspecify.annotations.Nullable;

/**
 * Aggregation of the workers' deltas: on the driver ({@link DriverReduction}), or sharded over the
 * executors as a reduce-scatter ({@link SliceReduction}). Both are bitwise identical.
 */
sealed interface Reduction permits DriverReduction, SliceReduction {

  /**
   * Result of a round.
   *
   * @param slices the outer optimizer's state on the executors; null if it has none there
   * @param runNanos duration of the Spark job
   * @param foldNanos duration of the aggregation on the driver
   * @param deltaNorm L2 norm of the weighted mean of the workers' deltas
   * @param bytesUp bytes sent by the workers
   */
  record Reduced(
      float[] parameters,
      SparkCarriedState carried,
      @Nullable SliceRdd slices,
      WorkerTotals totals,
      long runNanos,
      long aggregationNanos,
      double deltaNorm,
      long bytesUp) {}

  /**
   * Runs the Spark job of a round and aggregates its deltas.
   *
   * @throws io.centroid.train.DivergedException if a worker's loss or parameters are NaN or
   *     infinite
   */
  Reduced run(Round round, RoundRdd<?> results, RoundStart start);
}
