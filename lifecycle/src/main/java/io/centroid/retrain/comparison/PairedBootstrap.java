package io.centroid.retrain.comparison;

import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.Arrays;

/**
 * A confidence interval of a mean difference by the percentile bootstrap (Efron and Tibshirani, "An
 * introduction to the bootstrap", 1993, chapter 13). The differences are paired: both models
 * answered the same examples, so that what is hard for both does not widen the interval.
 *
 * @param mean of the differences
 * @param low where the interval begins
 * @param high where it ends
 */
public record PairedBootstrap(double mean, double low, double high) {

  /**
   * Resamples the differences.
   *
   * @param differences of each example, in any fixed order; at least one
   * @param confidence that the interval covers the true mean, between 0 and 1
   * @param samples how often to resample
   * @param seed the same seed gives the same interval
   */
  static PairedBootstrap of(double[] differences, double confidence, int samples, long seed) {
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.BOOTSTRAP));
    double[] means = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += differences[random.nextInt(differences.length)];
      }
      means[sample] = sum / differences.length;
    }
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    double sum = 0;
    for (double difference : differences) {
      sum += difference;
    }
    return new PairedBootstrap(
        sum / differences.length, quantile(means, tail), quantile(means, 1 - tail));
  }

  /** The value that this share of the sorted values does not exceed. */
  private static double quantile(double[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }
}
