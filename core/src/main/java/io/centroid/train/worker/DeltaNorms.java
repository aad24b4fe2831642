package io.centroid.train.worker;

import java.util.List;

/**
 * How far workers went in the rounds until now: the largest values, of which the older count less.
 * Zeros stand for a run that has no past.
 *
 * @param norm the largest L2 norm of a worker's delta
 * @param perRate the largest norm for a path (sum of the steps' rates) of 1
 */
public record DeltaNorms(double norm, double perRate) {
  private static final double FADING = 0.9;

  public static final DeltaNorms NONE = new DeltaNorms(0, 0);

  /** With a round more. */
  public DeltaNorms after(List<WorkerReport> reports) {
    double largest = FADING * norm;
    double largestPerRate = FADING * perRate;
    for (WorkerReport report : reports) {
      if (report.isMeasured()) {
        largest = Math.max(largest, report.deltaNorm());
        largestPerRate = Math.max(largestPerRate, report.deltaNorm() / report.path());
      }
    }
    return new DeltaNorms(largest, largestPerRate);
  }
}
