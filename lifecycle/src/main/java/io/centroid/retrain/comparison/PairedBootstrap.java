package io.centroid.retrain.comparison;

import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.Arrays;

/**
 * A confidence interval of a mean difference by the percentile bootstrap (Efron and Tibshirani, "An
 * introduction to the bootstrap", 1993, chapter 13). The differences are paired: both models were
 * evaluated on the same examples, so examples that are hard for both do not widen the interval.
 *
 * @param mean mean of the differences
 * @param low lower bound of the interval
 * @param high upper bound of the interval
 */
public record PairedBootstrap(double mean, double low, double high) {

  /**
   * Resamples the differences.
   *
   * @param differences difference of each example, in a fixed order; at least one
   * @param confidence confidence level, between 0 and 1
   * @param samples number of bootstrap samples
   * @param seed seed of the resampling
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

  /** The quantile of the sorted values at a share between 0 and 1. */
  private static double quantile(double[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }
}
