package io.centroid.bench.scaling;

import io.centroid.train.RoundResult;
import io.centroid.train.worker.Round;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Splits a round into local computation and overhead, as {@code train.local-steps = auto} does.
 *
 * @param tasksAtOnce number of workers that compute concurrently
 */
public record ComputeAndOverhead(int tasksAtOnce) implements RoundCosts {
  static final String OVERHEAD = "overhead";

  @Override
  public RoundCost of(int workers, Round round, RoundResult result, long roundNanos) {
    io.centroid.train.RoundCost cost = result.cost();
    int parallelism = Math.min(workers, tasksAtOnce);
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put(ComputeAndRest.COMPUTE, cost.computeNanos(parallelism));
    parts.put(OVERHEAD, cost.overheadNanos(parallelism));
    return new RoundCost(round.steps(), roundNanos, parts, cost.bytesUp(), cost.bytesDown());
  }
}
