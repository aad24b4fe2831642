package io.centroid.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Executors that a dead Worker left. They usually end with it, but one that was being started at
 * that moment never learns of it and works on, where nobody would end it. Whoever starts the Worker
 * again, or stops the cluster, ends it first, as a supervisor does with a service's processes.
 *
 * @param work folder in which the Worker starts its executors
 */
record OrphanedExecutors(Path work) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Ends those that there are; no Worker may run in the folder. */
  void end() {
    new ProcessEnd(PATIENCE).end(found());
  }

  private List<ProcessHandle> found() {
    if (!Files.isDirectory(work)) {
      return List.of();
    }
    try {
      Path folder = work.toRealPath();
      return ProcessHandle.allProcesses().filter(process -> runsIn(process, folder)).toList();
    } catch (IOException e) {
      throw new ClusterException("cannot read " + work + ": " + e.getMessage(), e);
    }
  }

  private static boolean runsIn(ProcessHandle process, Path folder) {
    try {
      Path current = Path.of("/proc", String.valueOf(process.pid()), "cwd");
      return Files.readSymbolicLink(current).startsWith(folder);
    } catch (IOException endedOrAnothers) {
      return false;
    }
  }
}
