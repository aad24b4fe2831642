package io.centroid.chaos;

import io.centroid.cluster.ClusterOptions;
import io.centroid.error.InputException;
import java.time.Duration;
import java.util.Set;

/**
 * Settings of a fault injection test.
 *
 * @param length how long processes are killed; the current run then finishes undisturbed
 * @param seed seed of the order of faults and the pauses between them
 * @param kinds kinds of processes to kill
 * @param meanPause mean time between two faults
 * @param cluster options of the cluster
 */
public record ChaosSettings(
    Duration length, long seed, Set<FaultKind> kinds, Duration meanPause, ClusterOptions cluster) {
  public ChaosSettings {
    kinds = Set.copyOf(kinds);
    if (length.isNegative() || length.isZero()) {
      throw new InputException("--minutes must be > 0: " + length.toSeconds() / 60.0);
    }
    if (meanPause.isNegative() || meanPause.isZero()) {
      throw new InputException("--mean-pause-seconds must be > 0: " + meanPause.toMillis() / 1e3);
    }
    if (kinds.isEmpty()) {
      throw new InputException("--faults must name at least one kind");
    }
  }
}
