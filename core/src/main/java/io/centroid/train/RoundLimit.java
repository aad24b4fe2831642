package io.centroid.train;

import java.time.Duration;

/**
 * Time limit of a round.
 *
 * @param timeout limit of one attempt; zero: none
 * @param attempts number of attempts before the run stops; without Spark there is only one
 */
public record RoundLimit(Duration timeout, int attempts) {
  public static final RoundLimit NONE = new RoundLimit(Duration.ZERO, 1);

  public RoundLimit {
    if (timeout.isNegative() || attempts < 1) {
      throw new IllegalArgumentException("invalid round limit: " + timeout + ", " + attempts);
    }
  }

  /** True if there is a limit. */
  public boolean isSet() {
    return !timeout.isZero();
  }

  /** The timeout as in the configuration, such as {@code 10m} or {@code 1500ms}. */
  public String timeoutText() {
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
