package io.centroid.bench;

import java.util.ArrayList;
import java.util.List;

/** How many times as fast one entrant is as another, turn by turn. */
public record Comparison(Entrant entrant, Entrant against, Spread ratio) {

  /**
   * Every one of Centroid's entrants against the others of its network: those of the same cell, and
   * those that know no H or no workers.
   */
  public static List<Comparison> among(List<Standing> standings) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Standing ours : standings) {
      for (Standing theirs : standings) {
        if (ours.entrant().contestant().isCentroid()
            && comparable(ours.entrant().cell(), theirs.entrant())) {
          comparisons.add(
              new Comparison(
                  ours.entrant(), theirs.entrant(), Spread.ofRatios(ours.rates(), theirs.rates())));
        }
      }
    }
    return comparisons;
  }

  private static boolean comparable(Cell cell, Entrant other) {
    return switch (other.contestant()) {
      case CENTROID_SPARK, CENTROID_THREADS -> false;
      case DL4J_EXPORT, DL4J_DIRECT -> other.cell().equals(cell);
      case PYTORCH, PYTORCH_ONE_THREAD -> other.cell().hidden() == cell.hidden();
      case PYTORCH_DDP ->
          other.cell().hidden() == cell.hidden() && other.cell().workers() == cell.workers();
    };
  }
}
