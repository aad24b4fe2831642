package io.centroid.bench.scaling;

import io.centroid.train.RoundResult;
import io.centroid.train.worker.Round;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Splits a round into the parts of {@link io.centroid.train.RoundCost}, which add up to the round:
 * publishing the parameters, the slowest worker's local steps, the rest of that worker's task,
 * scheduling with transfer and waiting, and the aggregation with the outer step.
 */
public final class ComputeAndRest implements RoundCosts {
  static final String COMPUTE = "compute";

  @Override
  public RoundCost of(int workers, Round round, RoundResult result, long roundNanos) {
    io.centroid.train.RoundCost cost = result.cost();
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("publish", cost.publishNanos());
    parts.put(COMPUTE, cost.slowestComputeNanos());
    parts.put("task", cost.slowestTaskNanos() - cost.slowestComputeNanos());
    parts.put("schedule", Math.max(0, cost.runNanos() - cost.slowestTaskNanos()));
    parts.put("fold", cost.aggregationNanos());
    return new RoundCost(round.steps(), roundNanos, parts, cost.bytesUp(), cost.bytesDown());
  }
}
