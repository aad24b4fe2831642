package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.Stopwatch;
import java.time.Duration;

/** A simulated clock that advances only during waits and can trigger events. */
public final class SimulatedTime implements Stopwatch {

  /** An event during a wait. */
  public interface Event {
    void at(Duration passed) throws Exception;
  }

  private final Event event;
  private long nanos;

  public SimulatedTime() {
    this(passed -> {});
  }

  public SimulatedTime(Event event) {
    this.event = event;
  }

  public Duration passed() {
    return Duration.ofNanos(nanos);
  }

  /** Advances the clock, as if the process were suspended. */
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
