package io.centroid.checkpoint.lease;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How the one writer of a run is told from others.
 *
 * @param timeout a holder that cannot be seen and is silent for so long is overtaken
 * @param notes hears one line of what is waited for and who is overtaken
 */
public record LeaseTerms(Duration timeout, Consumer<String> notes) {
  private static final Duration USUAL = Duration.ofSeconds(30);

  public LeaseTerms {
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException("timeout must be >= 1 ms: " + timeout);
    }
  }

  /** The configuration's default, telling no one. */
  public static LeaseTerms usual() {
    return new LeaseTerms(USUAL, note -> {});
  }

  /** Between two signs of life: four may be lost. */
  Duration period() {
    return timeout.dividedBy(5);
  }
}
