package io.centroid.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Identity of a process that detects the reuse of its process ID.
 *
 * @param pid process ID
 * @param startMillis start time in milliseconds since the epoch
 */
public record ProcessIdentity(long pid, long startMillis) {
  /** Start times are derived from the boot time, which clock adjustments change slightly. */
  private static final long TOLERANCE_MILLIS = 2_000;

  /** Returns the identity of a running process. */
  static ProcessIdentity of(ProcessHandle handle) {
    long start = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return new ProcessIdentity(handle.pid(), start);
  }

  /** Returns the process if it is alive and still the same. */
  Optional<ProcessHandle> live() {
    return ProcessHandle.of(pid).filter(ProcessIdentity::runs).filter(this::started);
  }

  /**
   * Whether a process runs. A zombie does not, although the JDK counts it as alive: the init
   * process of a container may take seconds to reap it.
   */
  static boolean runs(ProcessHandle handle) {
    return handle.isAlive() && !isZombie(handle.pid());
  }

  private boolean started(ProcessHandle handle) {
    return Math.abs(of(handle).startMillis - startMillis) <= TOLERANCE_MILLIS;
  }

  /** The state follows the command, which is in parentheses and may contain parentheses itself. */
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
