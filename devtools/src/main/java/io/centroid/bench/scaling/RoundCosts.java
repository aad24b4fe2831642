package io.centroid.bench.scaling;

import io.centroid.train.RoundResult;
import io.centroid.train.worker.Round;

/** Splits a round into parts; the one place that knows what a {@link RoundResult} tells of them. */
public interface RoundCosts {

  /**
   * The cost of a round.
   *
   * @param workers number of workers that took part
   * @param roundNanos wall time of the round and the outer step
   */
  RoundCost of(int workers, Round round, RoundResult result, long roundNanos);
}
