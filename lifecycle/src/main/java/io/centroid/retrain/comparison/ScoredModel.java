package io.centroid.retrain.comparison;

import io.centroid.evaluate.Evaluation;

/**
 * The evaluation of a model on a set of examples.
 *
 * @param evaluation metrics over the set
 * @param scores score of each example in the order of the set: 1 for the correct class and 0
 *     otherwise, or the negative squared error of a regression
 */
public record ScoredModel(Evaluation evaluation, double[] scores) {}
