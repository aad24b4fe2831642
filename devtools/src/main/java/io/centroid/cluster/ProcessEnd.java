package io.centroid.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends processes and their children: SIGTERM first, SIGKILL after a time limit.
 *
 * @param patience time between SIGTERM and SIGKILL
 */
record ProcessEnd(Duration patience) {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);

  void end(List<ProcessHandle> processes) {
    // Listed before the parents end: orphans lose their parent.
    List<ProcessHandle> all = new ArrayList<>(processes);
    processes.forEach(process -> process.descendants().forEach(all::add));
    processes.forEach(ProcessHandle::destroy);
    if (!ended(all, patience)) {
      all.stream().filter(ProcessIdentity::runs).forEach(ProcessHandle::destroyForcibly);
      if (!ended(all, KILL_LIMIT)) {
        throw new ClusterException(
            "processes do not end: "
                + all.stream().filter(ProcessIdentity::runs).map(ProcessHandle::pid).toList());
      }
    }
  }

  private static boolean ended(List<ProcessHandle> processes, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (processes.stream().anyMatch(ProcessIdentity::runs)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClusterException("interrupted while waiting for processes to end", e);
      }
    }
    return true;
  }
}
