package io.centroid.bench.scaling;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Fits a {@link CostModel} by weighted least squares to rounds of one machine with aggregation on
 * the driver. It minimizes relative errors, so that small rounds are fitted as well as large ones.
 * No coefficient is negative.
 */
public final class CostFit {
  private CostFit() {}

  /** Overhead of a measured round in addition to its local steps. */
  public record Measured(int workers, long parameters, double overheadNanos) {
    double[] terms() {
      return new double[] {1, workers, 4.0 * parameters, 4.0 * parameters * workers};
    }
  }

  /**
   * Fits the model.
   *
   * @throws IllegalArgumentException if there are fewer than four measurements
   */
  public static CostModel of(List<Measured> rounds) {
    if (rounds.size() < 4) {
      throw new IllegalArgumentException("four coefficients need four rounds: " + rounds.size());
    }
    List<Integer> active = new ArrayList<>(List.of(0, 1, 2, 3));
    double[] coefficients = solve(rounds, active);
    while (active.size() > 1 && lowest(coefficients) < 0) {
      int worst = 0;
      for (int i = 1; i < coefficients.length; i++) {
        worst = coefficients[i] < coefficients[worst] ? i : worst;
      }
      active.remove(worst);
      coefficients = solve(rounds, active);
    }
    double[] all = new double[4];
    for (int i = 0; i < active.size(); i++) {
      all[active.get(i)] = Math.max(0, coefficients[i]);
    }
    return new CostModel(all[0], all[1], all[2], all[3]);
  }

  private static double lowest(double[] values) {
    double lowest = Double.POSITIVE_INFINITY;
    for (double value : values) {
      lowest = Math.min(lowest, value);
    }
    return lowest;
  }

  private static double[] solve(List<Measured> rounds, List<Integer> active) {
    // Bytes and counts differ by orders of magnitude: columns are scaled to one.
    double[] scale = new double[active.size()];
    for (int j = 0; j < scale.length; j++) {
      for (Measured round : rounds) {
        scale[j] = Math.max(scale[j], round.terms()[active.get(j)]);
      }
    }
    double[][] rows = new double[rounds.size()][scale.length];
    double[] target = new double[rounds.size()];
    for (int i = 0; i < rows.length; i++) {
      Measured round = rounds.get(i);
      for (int j = 0; j < scale.length; j++) {
        rows[i][j] = round.terms()[active.get(j)] / scale[j] / round.overheadNanos();
      }
      target[i] = 1;
    }
    RealVector solution =
        new SingularValueDecomposition(new Array2DRowRealMatrix(rows, false))
            .getSolver()
            .solve(new ArrayRealVector(target, false));
    double[] coefficients = solution.toArray();
    for (int j = 0; j < coefficients.length; j++) {
      coefficients[j] /= scale[j];
    }
    return coefficients;
  }
}
