package io.centroid.bench.averaging;

import io.centroid.bench.BenchSettings;

/** Chooses how many rounds a turn has, so that it lasts about as long as was asked for. */
public final class Pace {
  private final double seconds;
  private final int fixedRounds;
  private final int mostRounds;
  private double secondsPerRound;

  /**
   * A pace that starts with one round.
   *
   * @param mostRounds never more than these, unless {@code settings.rounds()} says so
   */
  public Pace(BenchSettings settings, int mostRounds) {
    this.seconds = settings.seconds();
    this.fixedRounds = settings.rounds();
    this.mostRounds = Math.max(1, mostRounds);
  }

  /** Rounds of the next turn. */
  public int rounds() {
    if (fixedRounds > 0) {
      return fixedRounds;
    }
    if (secondsPerRound == 0) {
      return 1;
    }
    return (int) Math.max(1, Math.min(mostRounds, Math.round(seconds / secondsPerRound)));
  }

  /** What the last turn took. */
  public void took(int rounds, long nanos) {
    secondsPerRound = Math.max(1, nanos) / 1e9 / rounds;
  }
}
