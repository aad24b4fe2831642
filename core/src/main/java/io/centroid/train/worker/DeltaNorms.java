package io.centroid.train.worker;

import java.util.List;

/**
 * Maxima of the workers' delta norms over past rounds, with exponential decay; 0 without history.
 *
 * @param norm maximum L2 norm of a worker's delta
 * @param perUnitLearningRate maximum norm divided by the sum of the steps' learning rates
 */
public record DeltaNorms(double norm, double perUnitLearningRate) {
  private static final double DECAY = 0.9;

  public static final DeltaNorms NONE = new DeltaNorms(0, 0);

  /** The norms after another round. */
  public DeltaNorms after(List<WorkerReport> reports) {
    double largest = DECAY * norm;
    double largestPerUnit = DECAY * perUnitLearningRate;
    for (WorkerReport report : reports) {
      if (report.isMeasured()) {
        largest = Math.max(largest, report.deltaNorm());
        largestPerUnit = Math.max(largestPerUnit, report.deltaNorm() / report.learningRateSum());
      }
    }
    return new DeltaNorms(largest, largestPerUnit);
  }
}
