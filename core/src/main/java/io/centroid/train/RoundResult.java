package io.centroid.train;

import io.centroid.average.WeightedMean;
import io.centroid.optimize.InnerState;
import java.util.ArrayList;
import java.util.List;

/**
 * A round after the workers met.
 *
 * @param meanDelta mean of the workers' deltas, weighted by examples
 * @param inner states for the next round: none, one shared, or one a worker
 * @param examples seen by all workers together
 * @param loss mean training loss over them
 * @param slowestWorkerNanos compute time of the worker that took longest
 */
public record RoundResult(
    float[] meanDelta,
    List<InnerState> inner,
    long examples,
    double loss,
    long slowestWorkerNanos) {

  public RoundResult {
    inner = List.copyOf(inner);
  }

  /**
   * Folds the workers' results, which must be in worker order.
   *
   * @throws DivergedException if a worker's loss is not a finite number
   */
  public static RoundResult fold(Round round, InnerStatePolicy policy, List<WorkerResult> results) {
    long examples = 0;
    double lossSum = 0;
    long slowest = 0;
    List<WeightedMean.Part> deltas = new ArrayList<>();
    for (WorkerResult result : results) {
      requireFinite(round, result);
      examples += result.examples();
      lossSum += result.lossSum();
      slowest = Math.max(slowest, result.computeNanos());
      deltas.add(new WeightedMean.Part(result.delta(), result.examples()));
    }
    List<InnerState> inner =
        switch (policy) {
          case RESET -> List.of();
          case KEEP -> results.stream().map(result -> result.inner().get(0)).toList();
          case AVERAGE -> List.of(average(results));
        };
    return new RoundResult(WeightedMean.of(deltas), inner, examples, lossSum / examples, slowest);
  }

  private static InnerState average(List<WorkerResult> results) {
    long steps = 0;
    for (WorkerResult result : results) {
      steps = Math.max(steps, result.inner().get(0).steps());
    }
    List<float[]> moments = new ArrayList<>();
    for (int moment = 0; moment < results.get(0).inner().get(0).moments().size(); moment++) {
      List<WeightedMean.Part> parts = new ArrayList<>();
      for (WorkerResult result : results) {
        parts.add(
            new WeightedMean.Part(result.inner().get(0).moments().get(moment), result.examples()));
      }
      moments.add(WeightedMean.of(parts));
    }
    return new InnerState(steps, moments);
  }

  private static void requireFinite(Round round, WorkerResult result) {
    if (result.examples() > 0 && !Double.isFinite(result.lossSum())) {
      throw new DivergedException(
          "training diverged in round "
              + round.number()
              + ": the loss of worker "
              + result.worker()
              + " is not finite");
    }
    for (float value : result.delta()) {
      if (!Float.isFinite(value)) {
        throw new DivergedException(
            "training diverged in round "
                + round.number()
                + ": worker "
                + result.worker()
                + " has parameters that are not finite");
      }
    }
  }
}
