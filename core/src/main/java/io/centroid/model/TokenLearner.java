package io.centroid.model;

import io.centroid.data.Batch;

/** A learner that predicts each token of a text from those before it. */
public interface TokenLearner extends Learner {

  /**
   * Sums over the predicted tokens of a batch.
   *
   * @param loss sum of cross-entropies in nats
   * @param right how often the right token had the largest score
   */
  record TokenScore(long tokens, double loss, long right) {}

  /** Predicts every token of the batch but the first of each row, without noise. */
  TokenScore score(Batch batch);
}
