package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;

/**
 * Runs rounds on W logical workers. Implementations differ in where the workers run and in nothing
 * else: the same round gives the same bits. Used by one thread at a time.
 */
public interface Workers {

  /**
   * Takes the local steps of a round on every worker, folds their deltas in worker order and takes
   * the outer step.
   *
   * @throws DivergedException if a worker left the finite numbers
   */
  RoundResult run(Round round);

  /** Evaluates parameters on all shards of a part of the data. */
  Evaluation evaluate(EvaluationSet part, float[] parameters);
}
