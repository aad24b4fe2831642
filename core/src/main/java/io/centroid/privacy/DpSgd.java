package io.centroid.privacy;

import java.io.Serializable;

/**
 * DP-SGD (Abadi et al., "Deep learning with differential privacy", CCS 2016) in a worker's local
 * step: every example of the shard is sampled independently, the gradient of each sampled example
 * is clipped, Gaussian noise is added to their sum, and the result is divided by the expected
 * number of examples.
 *
 * @param clipNorm L2 norm to which the gradient of each example is clipped, above 0
 * @param noiseMultiplier standard deviation of the noise as a multiple of {@code clipNorm}, above 0
 * @param samplingRate probability that an example is in a step, above 0 and at most 1; the same for
 *     all workers
 * @param expectedExamples divisor of the sum of a worker's step: its batch size
 * @param key key of samples and noise
 */
public record DpSgd(
    double clipNorm,
    double noiseMultiplier,
    double samplingRate,
    int expectedExamples,
    NoiseKey key)
    implements Serializable {
  public DpSgd {
    if (!(clipNorm > 0)
        || !(noiseMultiplier > 0)
        || !(samplingRate > 0)
        || samplingRate > 1
        || expectedExamples < 1) {
      throw new IllegalArgumentException(
          "invalid settings of DP-SGD: "
              + clipNorm
              + ", "
              + noiseMultiplier
              + ", "
              + samplingRate
              + ", "
              + expectedExamples);
    }
  }

  /**
   * The probability with which each example is in a step, if the workers' batches have {@code
   * batchSize} examples on average.
   *
   * @param examples number of training examples of all workers
   * @return at most 1
   */
  public static double samplingRate(int workers, int batchSize, long examples) {
    return Math.min(1, (double) workers * batchSize / Math.max(1, examples));
  }
}
