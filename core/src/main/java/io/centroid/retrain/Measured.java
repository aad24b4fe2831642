package io.centroid.retrain;

import io.centroid.evaluate.Evaluation;

/**
 * A model on a set of examples.
 *
 * @param scores of each example, in the order of the set: 1 for the right class and 0 for another,
 *     or minus the squared error of a regression
 */
record Measured(Evaluation evaluation, double[] scores) {}
