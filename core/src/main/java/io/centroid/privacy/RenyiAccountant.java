package io.centroid.privacy;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The Rényi accountant of DP-SGD: divergences of the steps add up (Mironov, "Rényi differential
 * privacy", CSF 2017), and are converted to (epsilon, delta) by proposition 12 of Canonne, Kamath
 * and Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, as in Opacus and
 * TensorFlow Privacy.
 */
public final class RenyiAccountant {
  /** Those of Opacus and three large ones, for much noise. */
  static final double[] ORDERS =
      DoubleStream.concat(
              IntStream.range(1, 100).mapToDouble(i -> 1 + i / 10.0),
              DoubleStream.concat(
                  IntStream.range(12, 64).asDoubleStream(), DoubleStream.of(128, 256, 512)))
          .toArray();

  private final double[] divergences;

  /**
   * Creates an accountant of equal steps.
   *
   * @param samplingRate probability that an example is in a step, above 0 and at most 1
   * @param noiseMultiplier standard deviation of the noise as a multiple of the clipping norm
   */
  public RenyiAccountant(double samplingRate, double noiseMultiplier) {
    var step = new SubsampledGaussian(samplingRate, noiseMultiplier);
    this.divergences = DoubleStream.of(ORDERS).map(step::divergence).toArray();
  }

  /**
   * The smallest epsilon over all orders, for which the steps together are (epsilon,
   * delta)-differentially private.
   *
   * @param steps number of steps, 0 or more
   * @param delta from 0 to 1, both excluded
   */
  public double epsilon(long steps, double delta) {
    if (steps == 0) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ORDERS.length; i++) {
      least = Math.min(least, epsilon(ORDERS[i], steps * divergences[i], delta));
    }
    return Math.max(0, least);
  }

  /** The epsilon of a Rényi divergence of one order; may be negative. */
  static double epsilon(double order, double divergence, double delta) {
    return divergence + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
  }
}
