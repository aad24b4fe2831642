package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;

/**
 * Runs rounds on W logical workers. All implementations give bitwise identical results. Not
 * thread-safe.
 */
public interface Workers {

  /**
   * Runs a round: local steps on every worker, aggregation of the deltas in worker order, outer
   * step.
   *
   * @throws DivergedException if a worker's loss or parameters are NaN or infinite
   */
  RoundResult run(Round round);

  /** Evaluates parameters on all shards of an evaluation set. */
  Evaluation evaluate(EvaluationSet part, float[] parameters);
}
