package io.centroid.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return ProcessHandle.of(pid).filter(ProcessIdentity::runs).filter(this::started);
  }

  /**
   * Whether a process runs. One that has ended, but whose parent has not asked how, does not: what
   * adopts orphans in a container may take seconds, and the JDK counts such a process as alive.
   */
  static boolean runs(ProcessHandle handle) {
    return handle.isAlive() && !isZombie(handle.pid());
  }

  private boolean started(ProcessHandle handle) {
    return Math.abs(of(handle).startMillis - startMillis) <= TOLERANCE_MILLIS;
  }

  /** The state follows the command, which stands in parentheses and may hold some itself. */
  private static boolean isZombie(long pid) {
    try {
      Path stat = Path.of("/proc", String.valueOf(pid), "stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return line.startsWith(") Z", line.lastIndexOf(')'));
    } catch (IOException goneOrNotLinux) {
      return false;
    }
  }
}
