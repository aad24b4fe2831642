package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected gradients of a function with known integrals. */
class GradientsTest {

  /** x0^2 * x1 + x2^3. */
  private static final GradientFunction CUBIC =
      new GradientFunction() {
        @Override
        public double[][] apply(float[][] rows) {
          double[][] outputs = new double[rows.length][1];
          for (int i = 0; i < rows.length; i++) {
            float[] x = rows[i];
            outputs[i][0] = (double) x[0] * x[0] * x[1] + (double) x[2] * x[2] * x[2];
          }
          return outputs;
        }

        @Override
        public float[][] gradients(float[][] rows, int output) {
          float[][] gradients = new float[rows.length][];
          for (int i = 0; i < rows.length; i++) {
            float[] x = rows[i];
            gradients[i] = new float[] {2 * x[0] * x[1], x[0] * x[0], 3 * x[2] * x[2]};
          }
          return gradients;
        }
      };

  /** Along t (x0, x1): the integral of 2 t^2 is 2/3, that of t^2 is 1/3. */
  @Test
  void withOneRowAsTheBackgroundTheyAreIntegratedGradients() throws IOException {
    float[] input = {3, 2, 2};
    Attribution found = new ExpectedGradients(2000, 1).explain(CUBIC, input, new float[1][3], 0);
    assertThat(found.contributions()).containsExactly(new double[] {12, 6, 8}, within(2e-3));
    assertThat(found.base()).isZero();
    assertThat(found.value()).isEqualTo(26);
    assertThat(found.gap()).isCloseTo(0, within(2e-3));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theyAreTheMeanOverTheBackgroundWithinTheirStandardErrors(long seed) throws IOException {
    float[] input = {3, 2, 2};
    float[][] background = Models.rows(20, 3, 7);
    double[] expected = new double[3];
    for (float[] baseline : background) {
      double[] one = integrals(input, baseline);
      for (int i = 0; i < 3; i++) {
        expected[i] += one[i] / background.length;
      }
    }
    Attribution few = new ExpectedGradients(400, seed).explain(CUBIC, input, background, 0);
    assertThat(few.error()).isBetween(0.005, 0.1);
    assertThat(few.contributions()).containsExactly(expected, within(3 * few.error()));
    assertThat(few.gap()).isCloseTo(0, within(6 * few.error()));
    Attribution more = new ExpectedGradients(40_000, seed).explain(CUBIC, input, background, 0);
    assertThat(more.contributions()).containsExactly(expected, within(3 * more.error() + 1e-5));
    assertThat(more.error()).isLessThan(few.error() / 100);
  }

  /** The integrals of the gradients along the straight path, by hand. */
  private static double[] integrals(float[] input, float[] from) {
    double[] d = {input[0] - from[0], input[1] - from[1]};
    return new double[] {
      2 * d[0] * (from[0] * from[1] + (from[0] * d[1] + from[1] * d[0]) / 2 + d[0] * d[1] / 3),
      d[1] * (from[0] * from[0] + from[0] * d[0] + d[0] * d[0] / 3),
      Math.pow(input[2], 3) - Math.pow(from[2], 3)
    };
  }

  @Test
  void theyDependOnTheSeedAlone() throws IOException {
    float[] input = {3, 2, 2};
    float[][] background = Models.rows(5, 3, 7);
    double[] one =
        new ExpectedGradients(20, 1).explain(CUBIC, input, background, 0).contributions();
    assertThat(new ExpectedGradients(20, 1).explain(CUBIC, input, background, 0).contributions())
        .isEqualTo(one);
    assertThat(new ExpectedGradients(20, 2).explain(CUBIC, input, background, 0).contributions())
        .isNotEqualTo(one);
  }
}
