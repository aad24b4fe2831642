package io.centroid.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends processes together with the children that they have: asks first, and after a while kills.
 *
 * @param patience how long to wait before killing
 */
record ProcessEnd(Duration patience) {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  void end(List<ProcessHandle> processes) {
    // Listed before the parents end: afterwards nobody knows whose children they were.
    List<ProcessHandle> all = new ArrayList<>(processes);
    processes.forEach(process -> process.descendants().forEach(all::add));
    processes.forEach(ProcessHandle::destroy);
    if (!ended(all, patience)) {
      all.forEach(ProcessHandle::destroyForcibly);
      if (!ended(all, KILL_LIMIT)) {
        throw new ClusterException(
            "processes do not end: "
                + all.stream().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).toList());
      }
    }
  }

  private static boolean ended(List<ProcessHandle> processes, Duration limit) {
    CompletableFuture<?> ends =
        CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
    try {
      ends.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new ClusterException("cannot wait for processes: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while processes ended", e);
    }
  }
}
