package io.centroid.checkpoint.lease;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A monotonic clock that measures waits. */
public interface Stopwatch {
  Stopwatch SYSTEM = new SystemStopwatch();

  long nanos();

  /**
   * Sleeps.
   *
   * @throws InterruptedIOException if the thread is interrupted
   */
  void pause(Duration length) throws InterruptedIOException;

  /** The monotonic clock of this JVM. */
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
            new InterruptedIOException(
                "interrupted while waiting for a heartbeat of the lease holder");
        interrupted.initCause(e);
        throw interrupted;
      }
    }
  }
}
