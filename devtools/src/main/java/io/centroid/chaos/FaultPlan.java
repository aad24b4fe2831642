package io.centroid.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An endless sequence of faults, the same for the same seed. Kinds are drawn from a deck that holds
 * each as often as it weighs, so that none is long in coming; pauses are exponentially distributed,
 * so that faults come in bursts as well.
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

  /** Faults of some kinds, on average so far apart. */
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
