package io.centroid.explain;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/**
 * Weighted least squares of several targets on columns that are 0 or 1, by the normal equations.
 *
 * @param columns number of columns
 * @param rows columns that are 1 in each row
 * @param weights weight of each row
 * @param targets shape (rows, targets)
 */
record LeastSquares(int columns, List<BitSet> rows, double[] weights, double[][] targets) {
  private static final double SYMMETRY = 1e-10;
  private static final double LEAST_PIVOT = 1e-12;

  /** Variance relative to the squares at which values count as equal. */
  private static final double ROUNDING = 1e-24;

  /**
   * A solution.
   *
   * @param coefficients shape (targets, columns)
   * @param influence derivatives of a target's coefficients by the right-hand side of the normal
   *     equations, shape (columns, columns); symmetric
   */
  record Fit(double[][] coefficients, double[][] influence) {

    /** A target's coefficients summed over the columns that are 1. */
    double fitted(int target, BitSet row) {
      return row.stream().mapToDouble(column -> coefficients[target][column]).sum();
    }
  }

  /**
   * The solution whose coefficients have a given sum for each target; empty if the rows do not
   * determine it.
   *
   * @param sums sum of the coefficients of each target
   */
  Optional<Fit> withSums(double[] sums) {
    // A row of ones with these sums as targets. The constraint satisfies it, so it changes nothing,
    // but makes the matrix regular if the constrained problem is.
    double[][] matrix = gram();
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j]++;
      }
    }
    return inverse(matrix).map(inverse -> constrained(inverse, sums));
  }

  /** Corrects the unconstrained solution along the constraint's Lagrange multiplier. */
  private Fit constrained(double[][] inverse, double[] sums) {
    double[] direction = new double[columns];
    for (int i = 0; i < columns; i++) {
      direction[i] = sum(inverse[i]);
    }
    double length = sum(direction);
    double[][] coefficients = products(inverse, sums);
    for (int target = 0; target < sums.length; target++) {
      double factor = (sums[target] - sum(coefficients[target])) / length;
      for (int i = 0; i < columns; i++) {
        coefficients[target][i] += factor * direction[i];
      }
    }
    double[][] influence = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        influence[i][j] = inverse[i][j] - direction[i] * direction[j] / length;
      }
    }
    return new Fit(coefficients, influence);
  }

  /**
   * The solution of a ridge regression whose last column is an intercept, which is not penalized.
   *
   * @param penalty penalty of the squared coefficients, above 0
   */
  Fit ridge(double penalty) {
    double[][] matrix = gram();
    for (int i = 0; i < columns - 1; i++) {
      matrix[i][i] += penalty;
    }
    double[][] inverse = inverse(matrix).orElseThrow();
    return new Fit(products(inverse, new double[targets[0].length]), inverse);
  }

  /** Sum over the rows of weight * row^T row. */
  private double[][] gram() {
    double[][] gram = new double[columns][columns];
    for (int row = 0; row < weights.length; row++) {
      int[] ones = rows.get(row).stream().toArray();
      for (int i : ones) {
        for (int j : ones) {
          gram[i][j] += weights[row];
        }
      }
    }
    return gram;
  }

  /**
   * The inverse times the right-hand sides: sum over the rows of weight * row^T target, plus a
   * constant for each target. Shape (targets, columns).
   */
  private double[][] products(double[][] inverse, double[] constants) {
    double[][] products = new double[constants.length][columns];
    for (int target = 0; target < constants.length; target++) {
      double[] right = new double[columns];
      Arrays.fill(right, constants[target]);
      for (int row = 0; row < weights.length; row++) {
        double product = weights[row] * targets[row][target];
        rows.get(row).stream().forEach(column -> right[column] += product);
      }
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          products[target][i] += inverse[i][j] * right[j];
        }
      }
    }
    return products;
  }

  private static Optional<double[][]> inverse(double[][] matrix) {
    try {
      return Optional.of(
          new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), SYMMETRY, LEAST_PIVOT)
              .getSolver()
              .getInverse()
              .getData());
    } catch (NonPositiveDefiniteMatrixException e) {
      return Optional.empty();
    }
  }

  /**
   * The standard errors of the first coefficients, the largest for each target, if each row is an
   * independent draw: the sandwich estimator of White, "A heteroskedasticity-consistent covariance
   * matrix estimator and a direct test for heteroskedasticity" (1980), with the correction for the
   * degrees of freedom. NaN if there are not more rows than columns.
   *
   * @param draws sum of the squared weights of the draws of each row; 0 if it was not drawn
   * @param features number of coefficients
   */
  double[] errors(Fit fit, double[] draws, int features) {
    double[][] variances = new double[targets[0].length][features];
    for (int row = 0; row < draws.length; row++) {
      if (draws[row] > 0) {
        BitSet ones = rows.get(row);
        double[] influence = influence(fit, ones, features);
        for (int target = 0; target < variances.length; target++) {
          double residual = targets[row][target] - fit.fitted(target, ones);
          for (int i = 0; i < features; i++) {
            variances[target][i] += draws[row] * residual * residual * influence[i] * influence[i];
          }
        }
      }
    }
    double free = weights.length - columns;
    double correction = free > 0 ? weights.length / free : Double.NaN;
    return IntStream.range(0, variances.length)
        .mapToDouble(target -> largest(variances[target]) * correction)
        .map(Math::sqrt)
        .toArray();
  }

  private static double[] influence(Fit fit, BitSet ones, int features) {
    double[] influence = new double[features];
    for (int column : ones.stream().toArray()) {
      double[] row = fit.influence()[column];
      for (int i = 0; i < features; i++) {
        influence[i] += row[i];
      }
    }
    return influence;
  }

  /** Share of the weighted variance that fitted values explain; 1 if all values are equal. */
  static double r2(double[] weights, double[] values, double[] fitted) {
    double weight = 0;
    double mean = 0;
    double sumOfSquares = 0;
    for (int i = 0; i < weights.length; i++) {
      weight += weights[i];
      mean += weights[i] * values[i];
      sumOfSquares += weights[i] * values[i] * values[i];
    }
    mean /= weight;
    double variance = 0;
    double residuals = 0;
    for (int i = 0; i < weights.length; i++) {
      variance += weights[i] * (values[i] - mean) * (values[i] - mean);
      residuals += weights[i] * (values[i] - fitted[i]) * (values[i] - fitted[i]);
    }
    return variance <= ROUNDING * sumOfSquares ? 1 : 1 - residuals / variance;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
