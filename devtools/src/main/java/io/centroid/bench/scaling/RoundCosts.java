package io.centroid.bench.scaling;

import io.centroid.train.RoundResult;
import io.centroid.train.worker.Round;

/** Splits the cost of a round into parts, based on its {@link RoundResult}. */
public interface RoundCosts {

  /**
   * Computes the cost of a round.
   *
   * @param workers number of participating workers
   * @param roundNanos duration of the round and the outer step in nanoseconds
   */
  RoundCost of(int workers, Round round, RoundResult result, long roundNanos);
}
