package io.centroid.bench.scaling;

import io.centroid.bench.BenchmarkResult;
import java.util.Map;
import java.util.Objects;

/**
 * A measured round: median times of its local steps and of its overhead.
 *
 * @param workers number of workers
 * @param parameters number of parameters of the network
 * @param steps local steps of the round
 * @param computeNanos nanoseconds of the local steps
 * @param overheadNanos nanoseconds in addition to the local steps
 */
public record ScalingPoint(
    int workers, long parameters, int steps, double computeNanos, double overheadNanos) {

  /** Creates a point from rounds that were split by {@link ComputeAndOverhead}. */
  public static ScalingPoint of(BenchmarkResult result) {
    Map<String, Double> parts = result.partMillis();
    return new ScalingPoint(
        result.configuration().cell().workers(),
        result.parameters(),
        result.steps(),
        1e6 * Objects.requireNonNull(parts.get(ComputeAndRest.COMPUTE)),
        1e6 * Objects.requireNonNull(parts.get(ComputeAndOverhead.OVERHEAD)));
  }

  CostFit.Measured measured() {
    return new CostFit.Measured(workers, parameters, overheadNanos);
  }

  /** Predicted overhead in nanoseconds on this machine, whose workers share memory. */
  double predictedNanos(CostModel model) {
    return model.overheadNanos(
        new CostModel.Cluster(workers, 1, Double.POSITIVE_INFINITY),
        parameters,
        CostModel.Aggregation.DRIVER);
  }

  /** Relative error of the prediction. */
  double error(CostModel model) {
    return predictedNanos(model) / overheadNanos - 1;
  }

  /** Speed of one worker in GFLOP/s, at six operations per parameter and example. */
  double gigaflops(int batchSize) {
    return 6.0 * parameters * batchSize * steps / computeNanos;
  }
}
