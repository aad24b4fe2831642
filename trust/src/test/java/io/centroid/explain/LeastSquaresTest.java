package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {

  /** Minimizes (a - 1)^2 + 2 (b - 5)^2 + (a + b - 3)^2 where a + b = 4: (a - 1)^2 + 2 (a + 1)^2. */
  @Test
  void theConstraintHoldsExactly() {
    List<BitSet> rows = List.of(row(0), row(1), row(0, 1));
    LeastSquares problem =
        new LeastSquares(2, rows, new double[] {1, 2, 1}, new double[][] {{1}, {5}, {3}});
    double[] found = problem.withSums(new double[] {4}).orElseThrow().coefficients()[0];
    assertThat(found).containsExactly(new double[] {-1.0 / 3, 13.0 / 3}, within(1e-14));
  }

  @Test
  void coefficientsThatTheRowsDoNotDetermineAreEmpty() {
    LeastSquares problem =
        new LeastSquares(3, List.of(row(0)), new double[] {1}, new double[][] {{1}});
    assertThat(problem.withSums(new double[] {4})).isEmpty();
  }

  /** Minimizes 2 (a + c - 3)^2 + (c - 1)^2 + a^2, so a = 4/5 and c = 9/5. */
  @Test
  void theInterceptIsNotPenalized() {
    LeastSquares problem =
        new LeastSquares(
            2, List.of(row(0, 1), row(1)), new double[] {2, 1}, new double[][] {{3}, {1}});
    assertThat(problem.ridge(1).coefficients()[0])
        .containsExactly(new double[] {0.8, 1.8}, within(1e-14));
  }

  /** Errors of independent samples whose residuals grow with a column. */
  @Test
  void standardErrorsAreTheSpreadOverRepetitions() {
    RandomStream random = new RandomStream(4);
    int repetitions = 400;
    double squares = 0;
    double errors = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      List<BitSet> rows = new ArrayList<>();
      double[][] targets = new double[60][1];
      double[] weights = new double[60];
      Arrays.fill(weights, 0.5);
      for (double[] target : targets) {
        BitSet row = row(1);
        row.set(0, random.nextDouble() < 0.5);
        rows.add(row);
        target[0] = (row.get(0) ? 3 : 1) * (random.nextDouble() - 0.5);
      }
      LeastSquares problem = new LeastSquares(2, rows, weights, targets);
      LeastSquares.Fit fit = problem.ridge(1e-9);
      double[] draws = Arrays.stream(weights).map(weight -> weight * weight).toArray();
      double coefficient = fit.coefficients()[0][0];
      squares += coefficient * coefficient / repetitions;
      errors += problem.errors(fit, draws, 1)[0] / repetitions;
    }
    // The variance of a uniform number is 1/12; there are about 30 samples of each kind.
    assertThat(Math.sqrt(squares)).isCloseTo(Math.sqrt((9 + 1) / 12.0 / 30), within(0.02));
    assertThat(errors).isCloseTo(Math.sqrt(squares), within(0.02));
  }

  @Test
  void r2IsTheShareOfTheWeightedVariance() {
    double[] weights = {1, 3};
    assertThat(LeastSquares.r2(weights, new double[] {2, 6}, new double[] {2, 6})).isEqualTo(1);
    assertThat(LeastSquares.r2(weights, new double[] {2, 6}, new double[] {5, 5})).isZero();
    assertThat(LeastSquares.r2(weights, new double[] {2, 6}, new double[] {2, 4})).isZero();
    assertThat(LeastSquares.r2(weights, new double[] {2, 2}, new double[] {2, 2})).isEqualTo(1);
  }

  private static BitSet row(int... ones) {
    BitSet row = new BitSet();
    Arrays.stream(ones).forEach(row::set);
    return row;
  }
}
