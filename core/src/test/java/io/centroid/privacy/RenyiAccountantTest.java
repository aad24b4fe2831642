package io.centroid.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The accountant against published figures, and against integrals. */
class RenyiAccountantTest {
  private static final double DELTA = 1e-5;

  /** Opacus's test of its accountant: 2,250 steps, noise multiplier 1.5, sampling rate 0.04. */
  @Test
  void epsilonIsThatOfOpacus() {
    assertThat(new RenyiAccountant(0.04, 1.5).epsilon(2_250, DELTA))
        .isCloseTo(7.32911117143, within(1e-9));
  }

  /**
   * The table of TensorFlow Privacy's MNIST tutorial: 60,000 examples, batch size 256, delta 1e-5.
   * It converts by log(1 / delta) / (order - 1), which is looser.
   */
  @ParameterizedTest
  @CsvSource({"1.3, 15, 1.19", "1.1, 60, 3.01", "0.7, 45, 7.10"})
  void epsilonIsThatOfTensorFlowPrivacysTutorial(double noise, int epochs, double published) {
    double rate = 256 / 60_000.0;
    int steps = epochs * 60_000 / 256;
    var step = new SubsampledGaussian(rate, noise);
    double classic =
        Arrays.stream(RenyiAccountant.ORDERS)
            .map(order -> steps * step.divergence(order) - Math.log(DELTA) / (order - 1))
            .min()
            .orElseThrow();
    assertThat(classic).isCloseTo(published, within(0.005));
    assertThat(new RenyiAccountant(rate, noise).epsilon(steps, DELTA))
        .isBetween(0.7 * classic, classic);
  }

  /** TensorFlow Privacy's tests of its accountant. */
  @Test
  void divergencesAreThoseOfTensorFlowPrivacy() {
    var step = new SubsampledGaussian(0.01, 2.5);
    double[] orders = {1.5, 2.5, 5, 50, 100};
    double[] published = {6.5007e-04, 1.0854e-03, 2.1808e-03, 2.3846e-02, 1.6742e+02};
    for (int i = 0; i < orders.length; i++) {
      assertThat(50 * step.divergence(orders[i]))
          .isCloseTo(published[i], Percentage.withPercentage(0.01));
    }
    assertThat(10 * new SubsampledGaussian(0.1, 2).divergence(5)).isCloseTo(0.07737, within(5e-6));
    assertThat(RenyiAccountant.epsilon(32, 1.1, DELTA)).isCloseTo(1.32783806176, within(1e-10));
  }

  /** The definition, integrated by mpmath 1.3.0 with 40 digits at the order that is best. */
  @ParameterizedTest
  @CsvSource({
    "0.004266666666666667, 1.3, 3515, 1e-5, 0.95442950873",
    "0.004266666666666667, 1.1, 14062, 1e-5, 2.596555868954",
    "0.004266666666666667, 0.7, 10546, 1e-5, 6.318100586589",
    "0.04, 1.5, 2250, 1e-5, 7.329111171484",
    "0.01, 1, 1000, 1e-6, 2.436693803022",
    "0.02, 0.8, 5000, 1e-5, 16.61243571745",
    "0.25, 8, 400, 1e-5, 2.815311722599",
    "0.25, 4, 320, 1e-5, 5.582269151952",
    "0.0001, 0.6, 100000, 1e-6, 2.267439852672"
  })
  void epsilonIsThatOfIntegrals(
      double rate, double noise, long steps, double delta, double expected) {
    assertThat(new RenyiAccountant(rate, noise).epsilon(steps, delta))
        .isCloseTo(expected, Percentage.withPercentage(1e-6));
  }

  /** The definition, A = E((1 - q + q exp((2z - 1) / (2 s^2)))^order) for z of N(0, s^2). */
  @ParameterizedTest
  @CsvSource({
    "0.01, 1, 1.1", "0.01, 1, 1.5", "0.01, 1, 2", "0.01, 1, 7.3", "0.01, 1, 32",
    "0.2, 0.7, 1.2", "0.2, 0.7, 3.9", "0.2, 4, 10.9", "0.9, 2, 2.5", "0.9, 0.5, 4",
    "0.001, 0.6, 1.7", "0.5, 10, 63"
  })
  void divergencesAreIntegrals(double rate, double noise, double order) {
    double step = 1e-3 * noise;
    double sum = 0;
    for (double z = -14 * noise; z < 14 * noise + 2 * order; z += step) {
      double ratio = Math.log1p(rate * Math.expm1((2 * z - 1) / (2 * noise * noise)));
      sum += Math.exp(order * ratio - z * z / (2 * noise * noise));
    }
    double moment = sum * step / (noise * Math.sqrt(2 * Math.PI));
    double expected = Math.log(moment) / (order - 1);
    assertThat(new SubsampledGaussian(rate, noise).divergence(order))
        .isCloseTo(expected, within(1e-9 + 1e-6 * expected));
  }

  @Test
  void withoutSamplingItIsTheGaussianMechanism() {
    assertThat(new SubsampledGaussian(1, 10).divergence(20)).isEqualTo(0.1);
    assertThat(new SubsampledGaussian(1 - 1e-12, 10).divergence(20)).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void moreStepsMoreSamplingAndLessNoiseCostMore() {
    var accountant = new RenyiAccountant(0.01, 1);
    assertThat(accountant.epsilon(0, DELTA)).isZero();
    double epsilon = accountant.epsilon(1_000, DELTA);
    assertThat(accountant.epsilon(2_000, DELTA)).isBetween(1.2 * epsilon, 2 * epsilon);
    assertThat(new RenyiAccountant(0.02, 1).epsilon(1_000, DELTA)).isGreaterThan(1.2 * epsilon);
    assertThat(new RenyiAccountant(0.01, 1.2).epsilon(1_000, DELTA)).isLessThan(0.9 * epsilon);
    assertThat(accountant.epsilon(1_000, 1e-7)).isGreaterThan(epsilon);
  }

  @Test
  void theDivergenceOfEveryOrderIsBetweenThoseOfItsWholeNeighbors() {
    for (double rate : new double[] {1e-6, 1e-3, 0.05, 0.5, 0.99}) {
      for (double noise : new double[] {0.1, 0.5, 1, 5, 100}) {
        var step = new SubsampledGaussian(rate, noise);
        for (double order : RenyiAccountant.ORDERS) {
          double below = order < 2 ? 0 : step.divergence(Math.floor(order));
          double above = step.divergence(Math.ceil(order));
          assertThat(step.divergence(order)).isFinite().isBetween(below - 1e-11, above + 1e-11);
        }
      }
    }
  }

  @Test
  void theTailOfTheNormalDistributionIsExact() {
    // erfc(0.5), erfc(-1), erfc(3), erfc(10): Abramowitz and Stegun, table 7.1, and by its 7.1.23.
    assertThat(Math.exp(SubsampledGaussian.logHalfErfc(0.5)) * 2)
        .isCloseTo(0.4795001221869535, within(1e-14));
    assertThat(Math.exp(SubsampledGaussian.logHalfErfc(-1)) * 2)
        .isCloseTo(1.8427007929497148, within(1e-14));
    assertThat(Math.exp(SubsampledGaussian.logHalfErfc(3)) * 2)
        .isCloseTo(2.209049699858544e-5, within(1e-18));
    assertThat(SubsampledGaussian.logHalfErfc(10) + Math.log(2))
        .isCloseTo(Math.log(2.088487583762545e-45), within(1e-12));
  }
}
