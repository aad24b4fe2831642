package io.centroid.nn;

import io.centroid.data.Batch;

/** A learner over texts, which may predict each token from those before it. */
public interface TokenLearner extends Learner {

  /**
   * Sums over the predicted tokens of a batch.
   *
   * @param loss sum of cross-entropies in nats
   * @param right how often the right token had the largest score
   */
  record TokenScore(long tokens, double loss, long right) {}

  /** Whether it is a language model; a classifier of texts has a score for each text instead. */
  boolean predictsTokens();

  /** Predicts every token of the batch but the first of each row, without noise. */
  TokenScore score(Batch batch);
}
