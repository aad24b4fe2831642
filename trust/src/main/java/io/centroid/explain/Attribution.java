package io.centroid.explain;

/**
 * How much each feature contributes to one output of a model for one input.
 *
 * @param base output without the input: the mean over the background; LIME: the intercept of the
 *     local model
 * @param value output for the input
 * @param contributions contribution of each feature, in the unit of the output. Shapley values sum
 *     to {@code value - base}; see {@link #gap} for other methods
 * @param error standard error of a contribution, the largest over the features; 0 if the
 *     contributions are exact, NaN if there are too few samples to estimate it
 * @param r2 share of the variance of the sampled outputs that the contributions explain, weighted
 *     as the method weights its samples; 1 for methods that fit nothing
 */
public record Attribution(
    double base, double value, double[] contributions, double error, double r2) {

  /** The sum of the contributions. */
  public double sum() {
    double sum = 0;
    for (double contribution : contributions) {
      sum += contribution;
    }
    return sum;
  }

  /** What the contributions miss of the output's difference from the base. */
  public double gap() {
    return value - base - sum();
  }
}
