package io.centroid.train.worker;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * Maxima of the workers' delta norms over past rounds, with exponential decay; 0 without history.
 *
 * @param norm maximum L2 norm of a worker's delta
 * @param normPerUnitLearningRate maximum norm divided by the sum of the steps' learning rates;
 *     earlier releases name it {@code perRate}
 */
@JsonPropertyOrder({"norm", "perUnitLearningRate"})
public record DeltaNorms(
    double norm,
    @JsonProperty("perUnitLearningRate") @JsonAlias("perRate") double normPerUnitLearningRate) {
  private static final double DECAY = 0.9;

  public static final DeltaNorms NONE = new DeltaNorms(0, 0);

  /** The norms after another round. */
  public DeltaNorms after(List<WorkerReport> reports) {
    double largest = DECAY * norm;
    double largestPerUnit = DECAY * normPerUnitLearningRate;
    for (WorkerReport report : reports) {
      if (report.isMeasured()) {
        largest = Math.max(largest, report.deltaNorm());
        largestPerUnit = Math.max(largestPerUnit, report.deltaNorm() / report.learningRateSum());
      }
    }
    return new DeltaNorms(largest, largestPerUnit);
  }
}
