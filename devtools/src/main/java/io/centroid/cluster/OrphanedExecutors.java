package io.centroid.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Executors of a dead Worker. They usually end with it, but an executor that was just being started
 * does not notice and keeps running. It must be ended before the Worker is restarted and when the
 * cluster is stopped.
 *
 * @param work working folder of the Worker's executors
 */
record OrphanedExecutors(Path work) {
  private static final String MAIN = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Ends the orphaned executors. No Worker may run in the folder. */
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

  /** Spares others in the folder, such as the shell of someone who reads an executor's log. */
  private static boolean isExecutor(ProcessHandle process) throws IOException {
    String line = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
    return List.of(line.split("\0")).contains(MAIN);
  }

  private static boolean runsIn(ProcessHandle process, Path folder) {
    try {
      Path current = Path.of("/proc", String.valueOf(process.pid()), "cwd");
      return Files.readSymbolicLink(current).startsWith(folder) && isExecutor(process);
    } catch (IOException endedOrAnothers) {
      return false;
    }
  }
}
