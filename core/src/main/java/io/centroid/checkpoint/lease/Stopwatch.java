package io.centroid.checkpoint.lease;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time that only passes: what a wait is measured by. */
public interface Stopwatch {
  Stopwatch SYSTEM = new SystemStopwatch();

  long nanos();

  /**
   * Waits.
   *
   * @throws InterruptedIOException if the thread is interrupted
   */
  void pause(Duration length) throws InterruptedIOException;

  /** The time of this JVM. */
  final class SystemStopwatch implements Stopwatch {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void pause(Duration length) throws InterruptedIOException {
      try {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while a lease was watched");
        interrupted.initCause(e);
        throw interrupted;
      }
    }
  }
}
