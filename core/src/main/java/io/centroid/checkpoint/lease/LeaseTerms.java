package io.centroid.checkpoint.lease;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The terms of a lease.
 *
 * @param timeout time without a heartbeat after which an invisible holder loses the lease
 * @param notes consumer of one-line messages about waits and takeovers
 */
public record LeaseTerms(Duration timeout, Consumer<String> notes) {
  private static final Duration USUAL = Duration.ofSeconds(30);

  public LeaseTerms {
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException("timeout must be >= 1 ms: " + timeout);
    }
  }

  /** The configuration's default, without messages. */
  public static LeaseTerms usual() {
    return new LeaseTerms(USUAL, note -> {});
  }

  /** Interval between heartbeats; four may be lost. */
  Duration period() {
    return timeout.dividedBy(5);
  }
}
