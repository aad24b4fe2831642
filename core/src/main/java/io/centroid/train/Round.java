package io.centroid.train;

import io.centroid.optimize.InnerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all workers do before they meet again: {@code steps} local steps from the same parameters. A
 * round never crosses the end of an epoch.
 *
 * @param number counted from 0 over the whole run
 * @param firstStep steps that each worker took before, over the whole run
 * @param epoch counted from 0
 * @param stepInEpoch steps of this epoch that were taken before
 * @param steps local steps of this round
 * @param parameters global parameters at the start; treat as immutable
 * @param inner no entry (fresh), one (shared by all workers) or one a worker
 */
public record Round(
    long number,
    long firstStep,
    int epoch,
    int stepInEpoch,
    int steps,
    float[] parameters,
    List<InnerState> inner) {

  public Round {
    inner = List.copyOf(inner);
  }

  /** The optimizer state that a worker starts from; null means fresh. */
  public @Nullable InnerState innerOf(int worker) {
    return switch (inner.size()) {
      case 0 -> null;
      case 1 -> inner.get(0);
      default -> inner.get(worker);
    };
  }
}
