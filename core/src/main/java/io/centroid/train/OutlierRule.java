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
 * Outlier detection for workers' deltas, before they are aggregated. A worker is an outlier if the
 * L2 norm of its delta exceeds {@code factor} times the expected norm, and a tenth of the
 * parameters' norm. The expected norm is the maximum of the median of the other workers' norms in
 * this round and the run's {@link DeltaNorms}, each taken both directly and per unit of learning
 * rate, scaled by the worker's sum of learning rates. If all workers exceed the limit from the
 * run's history alone, all are outliers: they diverge together.
 *
 * <p>The median is robust against a minority of outliers (Hampel, "The influence curve and its role
 * in robust estimation", 1974; Yin et al., "Byzantine-robust distributed learning", arXiv
 * 1803.01498). Norm bounds in federated learning: Sun et al., "Can you really backdoor federated
 * learning?", arXiv 1911.07963. The factor is fixed, since two workers are too few to estimate a
 * deviation. See docs/decisions/0013.
 *
 * <p>A pure function of the round's start and the workers' reports.
 *
 * @param factor limit as a multiple of the expected norm, above 1; 0: detection is off
 */
public record OutlierRule(double factor) {
  private static final double SHARE_OF_PARAMETERS = 0.1;

  /** Outlier detection is off. */
  public static OutlierRule off() {
    return new OutlierRule(0);
  }

  /**
   * Checks a round.
   *
   * @param reports reports of all workers
   * @throws DivergedException if a worker is an outlier
   */
  void check(Round round, List<WorkerReport> reports) {
    List<WorkerReport> moved = reports.stream().filter(WorkerReport::isMeasured).toList();
    if (factor == 0 || moved.isEmpty()) {
      return;
    }
    double[] norms = sorted(moved, WorkerReport::deltaNorm);
    double[] perUnitLearningRate =
        sorted(moved, report -> report.deltaNorm() / report.learningRateSum());
    DeltaNorms past = round.start().history().deltaNorms();
    boolean together = moved.stream().allMatch(report -> report.deltaNorm() > limit(past, report));
    for (WorkerReport report : moved) {
      double norm = report.deltaNorm();
      double expected = Math.max(past.norm(), medianOfOthers(norms, norm));
      double expectedPerUnit =
          Math.max(
              past.perUnitLearningRate(),
              medianOfOthers(perUnitLearningRate, norm / report.learningRateSum()));
      double limit =
          together
              ? limit(past, report)
              : factor * Math.max(expected, expectedPerUnit * report.learningRateSum());
      if (limit > 0 && norm > limit) {
        require(round, report, limit);
      }
    }
  }

  /** Limit from the run's history alone; infinite without history. */
  private double limit(DeltaNorms past, WorkerReport report) {
    double expected = Math.max(past.norm(), past.perUnitLearningRate() * report.learningRateSum());
    return expected == 0 ? Double.POSITIVE_INFINITY : factor * expected;
  }

  /**
   * Accepts deltas that are small relative to the parameters: the other workers may have converged.
   */
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

  /** Upper median of a sorted sample without the value {@code own}; 0 if nothing is left. */
  static double medianOfOthers(double[] sorted, double own) {
    int others = sorted.length - 1;
    if (others == 0) {
      return 0;
    }
    int middle = others / 2;
    return Arrays.binarySearch(sorted, own) <= middle ? sorted[middle + 1] : sorted[middle];
  }
}
