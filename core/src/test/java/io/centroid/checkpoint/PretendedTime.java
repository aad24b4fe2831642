package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.Stopwatch;
import java.time.Duration;

/** Time that passes only while someone waits; something may happen on the way. */
public final class PretendedTime implements Stopwatch {

  /** What happens while someone waits. */
  public interface Event {
    void at(Duration passed) throws Exception;
  }

  private final Event event;
  private long nanos;

  public PretendedTime() {
    this(passed -> {});
  }

  public PretendedTime(Event event) {
    this.event = event;
  }

  public Duration passed() {
    return Duration.ofNanos(nanos);
  }

  /** As if the process, or what it asks, had been stopped for a while. */
  public void sleep(Duration length) {
    nanos += length.toNanos();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void pause(Duration length) {
    nanos += length.toNanos();
    try {
      event.at(passed());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
