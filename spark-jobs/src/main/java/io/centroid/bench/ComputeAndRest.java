package io.centroid.bench;

import io.centroid.optimize.InnerState;
import io.centroid.train.Round;
import io.centroid.train.RoundResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The compute time of the slowest worker, and the rest: sending, waiting, folding, moving. Bytes
 * are those of the parameters, deltas and optimizer states as float32, once a worker.
 */
public final class ComputeAndRest implements RoundCosts {
  static final String COMPUTE = "compute";
  static final String REST = "rest";

  @Override
  public RoundCost of(int workers, Round round, RoundResult result, long roundNanos) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put(COMPUTE, result.slowestWorkerNanos());
    parts.put(REST, Math.max(0, roundNanos - result.slowestWorkerNanos()));
    long vector = (long) workers * round.parameters().length * Float.BYTES;
    return new RoundCost(
        round.steps(),
        roundNanos,
        parts,
        vector + stateBytes(workers, result.inner()),
        vector + stateBytes(workers, round.inner()));
  }

  /** One state is shared by all workers; several are one each. */
  private static long stateBytes(int workers, List<InnerState> states) {
    long bytes = 0;
    for (InnerState state : states) {
      for (float[] moment : state.moments()) {
        bytes += (long) moment.length * Float.BYTES;
      }
    }
    return states.size() == 1 ? workers * bytes : bytes;
  }
}
