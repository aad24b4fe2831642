package io.centroid.bench.scaling;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Fits a {@link CostModel} to rounds of one machine, whose deltas met on the driver, by weighted
 * least squares: relative errors count, so that small rounds are met as well as large ones. No
 * coefficient is negative.
 */
public final class CostFit {
  private CostFit() {}

  /** A measured round: what it cost beside its local steps. */
  public record Measured(int workers, long parameters, double overheadNanos) {
    double[] terms() {
      return new double[] {1, workers, 4.0 * parameters, 4.0 * parameters * workers};
    }
  }

  /**
   * The model that comes closest.
   *
   * @throws IllegalArgumentException if there are fewer than four measurements
   */
  public static CostModel of(List<Measured> rounds) {
    if (rounds.size() < 4) {
      throw new IllegalArgumentException("four coefficients need four rounds: " + rounds.size());
    }
    List<Integer> active = new ArrayList<>(List.of(0, 1, 2, 3));
    double[] found = solved(rounds, active);
    while (active.size() > 1 && lowest(found) < 0) {
      int worst = 0;
      for (int i = 1; i < found.length; i++) {
        worst = found[i] < found[worst] ? i : worst;
      }
      active.remove(worst);
      found = solved(rounds, active);
    }
    double[] all = new double[4];
    for (int i = 0; i < active.size(); i++) {
      all[active.get(i)] = Math.max(0, found[i]);
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

  private static double[] solved(List<Measured> rounds, List<Integer> active) {
    // Bytes and counts differ by orders of magnitude: columns are scaled to one.
    double[] scale = new double[active.size()];
    for (int j = 0; j < scale.length; j++) {
      for (Measured round : rounds) {
        scale[j] = Math.max(scale[j], round.terms()[active.get(j)]);
      }
    }
    double[][] rows = new double[rounds.size()][scale.length];
    double[] wanted = new double[rounds.size()];
    for (int i = 0; i < rows.length; i++) {
      Measured round = rounds.get(i);
      for (int j = 0; j < scale.length; j++) {
        rows[i][j] = round.terms()[active.get(j)] / scale[j] / round.overheadNanos();
      }
      wanted[i] = 1;
    }
    RealVector solution =
        new SingularValueDecomposition(new Array2DRowRealMatrix(rows, false))
            .getSolver()
            .solve(new ArrayRealVector(wanted, false));
    double[] found = solution.toArray();
    for (int j = 0; j < found.length; j++) {
      found[j] /= scale[j];
    }
    return found;
  }
}
