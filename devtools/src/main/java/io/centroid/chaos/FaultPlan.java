package io.centroid.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An infinite, seeded sequence of faults. Kinds are sampled without replacement according to their
 * weights, so that every kind occurs regularly. Pauses are exponentially distributed, so that
 * faults also occur in bursts.
 */
final class FaultPlan {
  private static final double SHORTEST_SECONDS = 0.2;
  private static final double LONGEST_PAUSES = 4;
  private static final double SHORTEST_DOWNTIME_SECONDS = 0.5;
  private static final double LONGEST_DOWNTIME_SECONDS = 8;

  private final SplittableRandom random;
  private final List<FaultKind> kinds;
  private final double meanPauseSeconds;
  private final List<FaultKind> deck = new ArrayList<>();

  /** Creates a plan for kinds of faults with a mean pause between them. */
  FaultPlan(long seed, Set<FaultKind> kinds, Duration meanPause) {
    this.random = new SplittableRandom(seed);
    this.kinds = kinds.stream().sorted().toList();
    this.meanPauseSeconds = meanPause.toMillis() / 1e3;
  }

  PlannedFault next() {
    double pause = -Math.log(1 - random.nextDouble()) * meanPauseSeconds;
    return new PlannedFault(
        seconds(Math.max(SHORTEST_SECONDS, Math.min(pause, LONGEST_PAUSES * meanPauseSeconds))),
        kind(),
        random.nextDouble(),
        seconds(random.nextDouble(SHORTEST_DOWNTIME_SECONDS, LONGEST_DOWNTIME_SECONDS)));
  }

  private FaultKind kind() {
    if (deck.isEmpty()) {
      for (FaultKind kind : kinds) {
        deck.addAll(Collections.nCopies(kind.weight(), kind));
      }
    }
    return deck.remove(random.nextInt(deck.size()));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1e3));
  }
}
