package io.centroid.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import io.centroid.random.NormalQuantile;
import io.centroid.random.RandomStream;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewNormalTest {

  /** Values of scipy.stats.norm.cdf. */
  @ParameterizedTest
  @CsvSource({
    "-8, 6.220960574271786e-16",
    "-6, 9.865876450376946e-10",
    "-3.1, 9.676032132183567e-4",
    "-2.9, 1.865813300384038e-3",
    "-1.96, 2.499789514822823e-2",
    "0, 0.5",
    "1, 0.841344746068543",
    "4, 0.999968328758167"
  })
  void theNormalDistributionIsExactInItsTails(double x, double expected) {
    assertThat(SkewNormal.normal(x)).isCloseTo(expected, withPercentage(1e-9));
  }

  @Test
  void withoutSkewnessItIsTheNormalDistribution() {
    SkewNormal normal = new SkewNormal(3, 2, 0);
    assertThat(normal.cumulative(3)).isCloseTo(0.5, within(1e-12));
    assertThat(normal.cumulative(3 - 2 * 5)).isCloseTo(2.8665157187919333e-7, withPercentage(1e-6));
    assertThat(normal.cumulative(100)).isEqualTo(1);
  }

  /** With a shape of 1 the distribution is that of the larger of two normal variables. */
  @Test
  void aShapeOfOneIsTheSquareOfTheNormalDistribution() {
    SkewNormal skewed = new SkewNormal(0, 1, 1);
    for (double x : new double[] {-4, -2, -0.5, 0, 1.5}) {
      assertThat(skewed.cumulative(x))
          .isCloseTo(Math.pow(SkewNormal.normal(x), 2), withPercentage(1e-6));
    }
  }

  /** Location, scale and shape of a sample |Z0| * delta + Z1 * sqrt(1 - delta^2), Azzalini 1985. */
  @Test
  void theFitFindsTheParametersOfASample() {
    RandomStream random = new RandomStream(7);
    double shape = 3;
    double delta = shape / Math.sqrt(1 + shape * shape);
    double[] sample =
        DoubleStream.generate(
                () ->
                    10
                        + 2
                            * (delta * Math.abs(NormalQuantile.at(random.nextDouble()))
                                + Math.sqrt(1 - delta * delta)
                                    * NormalQuantile.at(random.nextDouble())))
            .limit(100_000)
            .toArray();
    SkewNormal fit = SkewNormal.fit(sample);
    assertThat(fit.location()).isCloseTo(10, within(0.1));
    assertThat(fit.scale()).isCloseTo(2, within(0.1));
    assertThat(fit.shape()).isCloseTo(3, within(0.5));
  }
}
