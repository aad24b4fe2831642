package io.centroid.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * A process that stays recognizable after its number was given to another one.
 *
 * @param pid the process number
 * @param startMillis when the process started, in milliseconds since the epoch
 */
public record ProcessIdentity(long pid, long startMillis) {
  /** Start times are derived from the time of boot, which the clock's adjustment moves a little. */
  private static final long TOLERANCE_MILLIS = 2_000;

  /** The identity of a process that runs now. */
  static ProcessIdentity of(ProcessHandle handle) {
    long start = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return new ProcessIdentity(handle.pid(), start);
  }

  /** The process, where it is alive and still the same one. */
  Optional<ProcessHandle> live() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::started);
  }

  private boolean started(ProcessHandle handle) {
    return Math.abs(of(handle).startMillis - startMillis) <= TOLERANCE_MILLIS;
  }
}
