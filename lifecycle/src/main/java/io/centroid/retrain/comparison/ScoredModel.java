package io.centroid.retrain.comparison;

import io.centroid.evaluate.Evaluation;

/**
 * A model on a set of examples.
 *
 * @param scores of each example, in the order of the set: 1 for the right class and 0 for another,
 *     or minus the squared error of a regression
 */
public record ScoredModel(Evaluation evaluation, double[] scores) {}
