package io.centroid.bench.averaging;

import io.centroid.bench.BenchSettings;

/** Chooses the number of rounds per run so that a run takes about the requested time. */
public final class Pace {
  private final double seconds;
  private final int fixedRounds;
  private final int mostRounds;
  private double secondsPerRound;

  /**
   * Creates a pace whose first run has one round.
   *
   * @param mostRounds maximum number of rounds per run, unless {@code settings.rounds()} is set
   */
  public Pace(BenchSettings settings, int mostRounds) {
    this.seconds = settings.seconds();
    this.fixedRounds = settings.rounds();
    this.mostRounds = Math.max(1, mostRounds);
  }

  /** Number of rounds of the next run. */
  public int rounds() {
    if (fixedRounds > 0) {
      return fixedRounds;
    }
    if (secondsPerRound == 0) {
      return 1;
    }
    return (int) Math.max(1, Math.min(mostRounds, Math.round(seconds / secondsPerRound)));
  }

  /** Records the duration of the last run. */
  public void took(int rounds, long nanos) {
    secondsPerRound = Math.max(1, nanos) / 1e9 / rounds;
  }
}
