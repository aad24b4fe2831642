package io.centroid.cli.report;

import java.util.Locale;

/**
 * Estimates the time that the rest of a task takes, from the wall-clock time of this process alone,
 * which includes evaluations and checkpoints. The first advance is left out as soon as there are
 * others: it contains start-up. Thread-safe.
 */
final class TimeLeft {
  private static final int RELIABLE_ADVANCES = 4;
  private static final double RELIABLE_PART = 0.1;

  private final long total;
  private long start;
  private long startNanos;
  private long last;
  private long lastNanos;
  private int advances;

  /**
   * Starts the clock.
   *
   * @param total number of steps of the whole task
   * @param done number of steps that are done already, as in a resumed run
   * @param nanos time now
   */
  TimeLeft(long total, long done, long nanos) {
    this.total = total;
    start = done;
    startNanos = nanos;
    last = done;
    lastNanos = nanos;
  }

  /** Reports the number of steps that are done. */
  synchronized void advance(long done, long nanos) {
    if (done <= last) {
      return;
    }
    if (advances == 1) {
      start = last;
      startNanos = lastNanos;
    }
    advances++;
    last = done;
    lastNanos = nanos;
  }

  /** The time left, such as {@code 4:05 left}; empty while too little is done to tell. */
  synchronized String text(long nanos) {
    long rest = total - last;
    if (rest <= 0) {
      return of(0);
    }
    boolean isReliable =
        advances >= RELIABLE_ADVANCES || last - start >= RELIABLE_PART * (total - start);
    if (advances == 0 || !isReliable) {
      return "";
    }
    double expected = (double) (lastNanos - startNanos) / (last - start) * rest;
    return of(Math.round(Math.max(0, expected - (nanos - lastNanos)) / 1e9));
  }

  /** A duration in seconds as text for people. */
  static String of(long seconds) {
    long minutes = seconds / 60;
    long hours = minutes / 60;
    if (hours >= 48) {
      return String.format(Locale.ROOT, "%d d %d h left", hours / 24, hours % 24);
    }
    return hours > 0
        ? String.format(Locale.ROOT, "%d:%02d:%02d left", hours, minutes % 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d left", minutes, seconds % 60);
  }
}
