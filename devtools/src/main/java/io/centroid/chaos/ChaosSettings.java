package io.centroid.chaos;

import io.centroid.InputException;
import io.centroid.cluster.ClusterOptions;
import java.time.Duration;
import java.util.Set;

/**
 * What is done to a cluster.
 *
 * @param length for how long processes are killed; the run that is under way then ends undisturbed
 * @param seed of the order of faults and the pauses between them
 * @param meanPause between two faults
 * @param cluster its shape
 */
public record ChaosSettings(
    Duration length, long seed, Set<FaultKind> kinds, Duration meanPause, ClusterOptions cluster) {
  public ChaosSettings {
    kinds = Set.copyOf(kinds);
    if (length.isNegative() || length.isZero()) {
      throw new InputException("--minutes must be > 0: " + length.toSeconds() / 60.0);
    }
    if (meanPause.isNegative() || meanPause.isZero()) {
      throw new InputException("--mean-pause must be > 0: " + meanPause.toMillis() / 1e3);
    }
    if (kinds.isEmpty()) {
      throw new InputException("--faults must name one or more");
    }
  }
}
