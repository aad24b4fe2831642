package io.centroid.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NormalQuantileTest {

  /** Values from tables of the normal distribution. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.8413447460685429, 1",
    "0.1586552539314571, -1",
    "0.975, 1.959963984540054",
    "0.01, -2.326347874040841",
    "0.999, 3.090232306167813",
  })
  void isTheInverseOfTheNormalDistribution(double probability, double value) {
    assertThat(NormalQuantile.at(probability)).isCloseTo(value, within(1e-8));
  }

  @Test
  void isFiniteAtBothLimits() {
    assertThat(NormalQuantile.at(0)).isBetween(-9.0, -8.0);
    assertThat(NormalQuantile.at(Math.nextDown(1.0))).isPositive().isFinite();
  }
}
