package io.centroid.explain;

import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.io.IOException;

/**
 * Expected gradients (Erion et al., "Improving performance of deep learning models with axiomatic
 * attribution priors and expected gradients", 2021): integrated gradients (Sundararajan, Taly and
 * Yan, "Axiomatic attribution for deep networks", 2017) averaged over the rows of a background, by
 * sampling. With one row as the background, such as a black image, these are integrated gradients.
 * The straight path from each row to the input is divided into equally many strata, with two random
 * positions each, whose difference gives the standard error. {@link Attribution#gap} is the error
 * of the sum.
 *
 * @param samples number of gradients, rounded up to a multiple of twice the background's rows
 * @param seed seed of the positions
 */
public record ExpectedGradients(int samples, long seed) {

  public ExpectedGradients {
    if (samples < 1) {
      throw new InputException("expected gradients take at least 1 sample: " + samples);
    }
  }

  /**
   * Explains one output.
   *
   * @param background rows of at least one example
   * @param output index of the output
   */
  public Attribution explain(
      GradientFunction model, float[] input, float[][] background, int output) throws IOException {
    MaskedModel.requireRows(input, background);
    int strata = Math.max(1, (int) Math.ceil(samples / (2.0 * background.length)));
    double all = (double) strata * background.length;
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.EXPLANATION));
    double[] contributions = new double[input.length];
    double[] variances = new double[input.length];
    for (float[] baseline : background) {
      float[][] gradients = model.gradients(path(baseline, input, strata, random), output);
      for (int i = 0; i < input.length; i++) {
        double share = ((double) input[i] - baseline[i]) / (2 * all);
        for (int at = 0; at < gradients.length; at += 2) {
          double one = gradients[at][i];
          double other = gradients[at + 1][i];
          contributions[i] += share * (one + other);
          variances[i] += share * share * (one - other) * (one - other);
        }
      }
    }
    double largest = 0;
    for (double variance : variances) {
      largest = Math.max(largest, variance);
    }
    double base = MaskedModel.mean(model.apply(background), 0, background.length)[output];
    double value = model.apply(new float[][] {input})[0][output];
    return new Attribution(base, value, contributions, Math.sqrt(largest), 1);
  }

  /** Two random points of each stratum. */
  private static float[][] path(float[] from, float[] to, int strata, RandomStream random) {
    float[][] points = new float[2 * strata][to.length];
    for (int point = 0; point < points.length; point++) {
      double share = (point / 2 + random.nextDouble()) / strata;
      for (int i = 0; i < to.length; i++) {
        points[point][i] = (float) (from[i] + share * ((double) to[i] - from[i]));
      }
    }
    return points;
  }
}
