package io.centroid.bench;

import java.util.ArrayList;
import java.util.List;

/** Throughput ratio of two configurations, run by run. */
public record Comparison(
    BenchmarkConfiguration configuration, BenchmarkConfiguration against, Spread ratio) {

  /**
   * Compares every Centroid configuration with the other systems of the same network: those of the
   * same cell, and those without local steps or workers.
   */
  public static List<Comparison> among(List<BenchmarkResult> results) {
    List<Comparison> comparisons = new ArrayList<>();
    for (BenchmarkResult ours : results) {
      for (BenchmarkResult theirs : results) {
        if (ours.configuration().system().isCentroid()
            && comparable(ours.configuration().cell(), theirs.configuration())) {
          comparisons.add(
              new Comparison(
                  ours.configuration(),
                  theirs.configuration(),
                  Spread.ofRatios(ours.throughputs(), theirs.throughputs())));
        }
      }
    }
    return comparisons;
  }

  private static boolean comparable(Cell cell, BenchmarkConfiguration other) {
    return switch (other.system()) {
      case CENTROID_SPARK, CENTROID_THREADS -> false;
      case DL4J_EXPORT, DL4J_DIRECT -> other.cell().equals(cell);
      case PYTORCH, PYTORCH_ONE_THREAD -> other.cell().hidden() == cell.hidden();
      case PYTORCH_DDP ->
          other.cell().hidden() == cell.hidden() && other.cell().workers() == cell.workers();
    };
  }
}
