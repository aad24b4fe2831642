package io.centroid.nn;

import io.centroid.data.Batch;

/** A learner over token sequences: a language model or a text classifier. */
public interface TokenLearner extends Learner {

  /**
   * Sums over the predicted tokens of a batch.
   *
   * @param tokens number of predicted tokens
   * @param loss sum of their cross-entropies, in nats
   * @param correct number of top-1 hits
   */
  record TokenScore(long tokens, double loss, long correct) {}

  /** True for a language model; false for a text classifier, which has one output row per text. */
  boolean predictsTokens();

  /** Scores every token of the batch except the first of each row, without dropout. */
  TokenScore score(Batch batch);
}
