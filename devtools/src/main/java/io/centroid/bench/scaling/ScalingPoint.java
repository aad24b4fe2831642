package io.centroid.bench.scaling;

import io.centroid.bench.Standing;
import java.util.Map;
import java.util.Objects;

/**
 * A measured round: medians of its local steps and of all beside them.
 *
 * @param parameters of the network
 * @param steps local steps of the round
 */
public record ScalingPoint(
    int workers, long parameters, int steps, double computeNanos, double overheadNanos) {

  /** Of rounds that were split by {@link ComputeAndOverhead}. */
  public static ScalingPoint of(Standing standing) {
    Map<String, Double> parts = standing.partMillis();
    return new ScalingPoint(
        standing.entrant().cell().workers(),
        standing.parameters(),
        standing.steps(),
        1e6 * Objects.requireNonNull(parts.get(ComputeAndRest.COMPUTE)),
        1e6 * Objects.requireNonNull(parts.get(ComputeAndOverhead.OVERHEAD)));
  }

  CostFit.Measured measured() {
    return new CostFit.Measured(workers, parameters, overheadNanos);
  }

  /** What the model says of this machine, whose workers share one memory. */
  double predictedNanos(CostModel model) {
    return model.overheadNanos(
        new CostModel.Cluster(workers, 1, Double.POSITIVE_INFINITY),
        parameters,
        CostModel.Meeting.DRIVER);
  }

  /** How far the prediction is off, as a part of what was measured. */
  double error(CostModel model) {
    return predictedNanos(model) / overheadNanos - 1;
  }

  /** Floating-point operations a nanosecond of one worker: six a parameter and an example. */
  double gigaflops(int batchSize) {
    return 6.0 * parameters * batchSize * steps / computeNanos;
  }
}
