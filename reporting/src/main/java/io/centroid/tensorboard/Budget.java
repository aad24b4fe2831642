package io.centroid.tensorboard;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Limits recurring work to a share of the time that passes: the work is due again when its last
 * duration is at most that share of the time since then. Not thread-safe.
 */
final class Budget {
  /** The share: histograms and pictures take at most 0.1 % of a run each. */
  private static final double SHARE = 0.001;

  private final LongSupplier nanoTime;
  private long lastNanos;
  private long costNanos;

  /**
   * Creates a budget; the work is due at once.
   *
   * @param nanoTime clock in nanoseconds
   */
  Budget(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** Whether the work is due. */
  boolean isDue() {
    return costNanos <= SHARE * (nanoTime.getAsLong() - lastNanos);
  }

  /** Does the work, whether it is due or not. */
  void spend(ReporterThread.Task work) throws IOException {
    long started = nanoTime.getAsLong();
    work.run();
    lastNanos = nanoTime.getAsLong();
    costNanos = lastNanos - started;
  }
}
