package io.centroid.train;

import java.time.Duration;

/**
 * How long a round may take before it is taken for hung.
 *
 * @param timeout of one attempt; zero: as long as it likes
 * @param attempts before the run stops; on the threads of one machine there is but one
 */
public record RoundLimit(Duration timeout, int attempts) {
  public static final RoundLimit NONE = new RoundLimit(Duration.ZERO, 1);

  public RoundLimit {
    if (timeout.isNegative() || attempts < 1) {
      throw new IllegalArgumentException("not a limit: " + timeout + ", " + attempts);
    }
  }

  /** Whether there is any. */
  public boolean isSet() {
    return !timeout.isZero();
  }

  /** The time-out as people write it, such as {@code 10m} or {@code 1500ms}. */
  public String spelled() {
    long millis = timeout.toMillis();
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
