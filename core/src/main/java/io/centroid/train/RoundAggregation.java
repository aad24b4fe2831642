package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.WeightedMean;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.Slicing;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerTotals;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Aggregation of a round on the driver: averages the workers' deltas and takes the outer step.
 *
 * @param shared mean of the workers' optimizer states if they share one
 * @param outerState state vectors of the outer optimizer after the step
 * @param deltaNorm L2 norm of the weighted mean of the deltas
 * @param bytesUp bytes sent by the workers
 */
public record RoundAggregation(
    float[] parameters,
    @Nullable InnerState shared,
    List<float[]> outerState,
    WorkerTotals totals,
    double deltaNorm,
    long bytesUp) {

  /**
   * Aggregates the workers' results.
   *
   * @param results results in worker order
   * @throws DivergedException if a worker's loss or parameters are NaN or infinite
   */
  public static RoundAggregation aggregate(
      Round round, RoundSpec spec, OuterStep outerStep, List<WorkerResult> results) {
    WorkerTotals totals =
        WorkerTotals.of(round.number(), results.stream().map(WorkerResult::report).toList());
    float[] start = round.start().parameters();
    float[] mean = mean(spec, results, start);
    // Before the outer step, which may change the mean.
    double deltaNorm = Math.sqrt(SumOfSquares.add(0, mean, mean.length));
    OuterStep.Moved moved =
        outerStep
            .step(round.number(), 0, start, mean, round.start().carried().outerState())
            .checked(outerStep, start.length);
    return new RoundAggregation(
        moved.parameters(),
        spec.innerState() == InnerStatePolicy.AVERAGE ? average(results) : null,
        moved.state(),
        totals,
        deltaNorm,
        results.stream().mapToLong(WorkerResult::bytes).sum());
  }

  private static float[] mean(RoundSpec spec, List<WorkerResult> results, float[] start) {
    List<WorkerResult> trained =
        results.stream().filter(result -> result.report().examples() > 0).toList();
    List<Long> weights = trained.stream().map(result -> result.report().examples()).toList();
    Slicing slicing = Slicing.of(start.length, 1);
    float[] mean = new float[start.length];
    for (int i = 0; i < slicing.count(); i++) {
      int slice = i;
      WeightedMean.ofPayloads(
          spec.codec(),
          trained.stream().map(result -> result.payload().get(slice)).toList(),
          weights,
          mean,
          slicing.from(slice),
          slicing.to(slice));
    }
    return mean;
  }

  private static InnerState average(List<WorkerResult> results) {
    return InnerState.mean(
        results.stream().map(result -> Objects.requireNonNull(result.shared())).toList(),
        results.stream().map(result -> result.report().examples()).toList());
  }
}
