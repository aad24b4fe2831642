package io.centroid.train;

import io.centroid.averaging.SumOfSquares;
import io.centroid.train.worker.DeltaNorms;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Finds a worker that went far away from all others, before its delta does harm. A worker is an
 * outlier if the L2 norm of its delta is more than {@code factor} times what can be expected of it,
 * and more than a tenth of the parameters' norm. To be expected is the largest of: the median of
 * the other workers' norms in this round, and the run's own {@link DeltaNorms}; each as it is, and
 * scaled by the worker's path, the sum of its steps' rates. Where every worker went further than
 * the run's past alone lets expect, all are outliers: they explode together.
 *
 * <p>The median is what the few cannot move (Hampel, "The influence curve and its role in robust
 * estimation", 1974; Yin et al., "Byzantine-robust distributed learning", arXiv 1803.01498); a
 * bound of norms in its place of origin is in Sun et al., "Can you really backdoor federated
 * learning?", arXiv 1911.07963. A fixed factor takes the place of a measured deviation, which two
 * workers do not have. See docs/decisions/0013.
 *
 * <p>A pure function of the round's start and the workers' reports.
 *
 * @param factor above 1; 0: no worker is an outlier
 */
public record OutlierRule(double factor) {
  private static final double SHARE_OF_PARAMETERS = 0.1;

  /** No worker is an outlier. */
  public static OutlierRule off() {
    return new OutlierRule(0);
  }

  /**
   * Looks at a round.
   *
   * @param reports of all workers
   * @throws DivergedException naming round, worker, norm and limit
   */
  void check(Round round, List<WorkerReport> reports) {
    List<WorkerReport> moved = reports.stream().filter(WorkerReport::isMeasured).toList();
    if (factor == 0 || moved.isEmpty()) {
      return;
    }
    double[] norms = sorted(moved, WorkerReport::deltaNorm);
    double[] perRate = sorted(moved, report -> report.deltaNorm() / report.path());
    DeltaNorms past = round.start().history().deltaNorms();
    boolean together = moved.stream().allMatch(report -> report.deltaNorm() > limit(past, report));
    for (WorkerReport report : moved) {
      double norm = report.deltaNorm();
      double expected = Math.max(past.norm(), medianOfOthers(norms, norm));
      double expectedPerRate =
          Math.max(past.perRate(), medianOfOthers(perRate, norm / report.path()));
      double limit =
          together
              ? limit(past, report)
              : factor * Math.max(expected, expectedPerRate * report.path());
      if (limit > 0 && norm > limit) {
        require(round, report, limit);
      }
    }
  }

  /** By the run's past alone; infinite where there is none. */
  private double limit(DeltaNorms past, WorkerReport report) {
    double expected = Math.max(past.norm(), past.perRate() * report.path());
    return expected == 0 ? Double.POSITIVE_INFINITY : factor * expected;
  }

  /** A small step is no harm, however small the others are: all may have arrived. */
  private void require(Round round, WorkerReport report, double ofOthers) {
    double limit = Math.max(ofOthers, SHARE_OF_PARAMETERS * norm(round.start().parameters()));
    if (report.deltaNorm() > limit) {
      throw new DivergedException(
          round.number(),
          String.format(
              Locale.ROOT,
              "the delta of worker %d has the norm %.4g, its limit is %.4g"
                  + " (train.outlier-factor = %s)",
              report.worker(),
              report.deltaNorm(),
              limit,
              BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString()));
    }
  }

  private static double norm(float[] parameters) {
    return Math.sqrt(SumOfSquares.add(0, parameters, parameters.length));
  }

  private static double[] sorted(
      List<WorkerReport> reports, ToDoubleFunction<WorkerReport> statistic) {
    double[] values = reports.stream().mapToDouble(statistic).toArray();
    Arrays.sort(values);
    return values;
  }

  /** The upper median of a sorted sample without one of its values; 0 if nothing is left. */
  static double medianOfOthers(double[] sorted, double own) {
    int others = sorted.length - 1;
    if (others == 0) {
      return 0;
    }
    int middle = others / 2;
    return Arrays.binarySearch(sorted, own) <= middle ? sorted[middle + 1] : sorted[middle];
  }
}
