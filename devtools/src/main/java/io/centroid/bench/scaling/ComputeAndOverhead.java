package io.centroid.bench.scaling;

import io.centroid.train.RoundResult;
import io.centroid.train.worker.Round;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The two parts that a scaling curve is made of: local steps, and all beside them, as the automatic
 * number of local steps tells them apart.
 *
 * @param tasksAtOnce so many workers compute at the same time
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
