package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.cluster.ClusterOptions;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of executors after many rounds, as reported by the kernel and their JVMs. */
@Tag("long")
class ExecutorMemoryIT {
  private static final Duration LIMIT = TrainingCluster.LIMIT;

  @TempDir private static Path folder;

  @Test
  void memoryOfExecutorsDoesNotGrowOverAThousandRounds() throws Exception {
    String run = "runs/long";
    List<Long> early = new ArrayList<>();
    List<Long> earlyHeap = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    List<Long> lateHeap = new ArrayList<>();
    try (TrainingCluster cluster =
            TrainingCluster.start(folder, new ClusterOptions(2, 1, 1, "1g"));
        Submitted train =
            cluster.train(
                // The whole heap is resident from the start, so that only off-heap memory can grow.
                List.of("--conf", "spark.executor.extraJavaOptions=-Xms1g -XX:+AlwaysPreTouch"),
                "run.dir=" + run,
                "compute.native-memory=1GiB",
                "model.hidden=[128]",
                "train.workers=2",
                "train.inner-state=average",
                "train.local-steps=1",
                "train.steps=1000",
                "data.validation-split=0",
                "checkpoint.every-rounds=100")) {
      Eventually.await(
          "200 rounds", LIMIT, () -> cluster.newestStep(run) >= 200 || !train.isAlive());
      sample(cluster, early, earlyHeap);
      Eventually.await(
          "900 rounds", LIMIT, () -> cluster.newestStep(run) >= 900 || !train.isAlive());
      sample(cluster, late, lateHeap);
      assertThat(train.json().path("rounds").asLong()).isEqualTo(1000);
    }
    System.err.printf(
        "1,000 rounds: kB resident %s, then %s; bytes of heap in use %s, then %s%n",
        early, late, earlyHeap, lateHeap);
    assertThat(early).hasSize(2);
    assertThat(late).hasSize(2);
    for (int i = 0; i < 2; i++) {
      // One leaked parameter vector per round would be 280 MB.
      assertThat(late.get(i)).isLessThan(early.get(i) + (64 << 10));
      assertThat(lateHeap.get(i)).isLessThan(earlyHeap.get(i) + (20 << 20));
    }
  }

  /** Resident kilobytes of each executor, and bytes of heap after a garbage collection. */
  private static void sample(TrainingCluster cluster, List<Long> resident, List<Long> heap)
      throws Exception {
    for (ProcessHandle executor : cluster.executors()) {
      heap.add(heapAfterCollection(executor.pid()));
      try (Stream<String> lines =
          Files.lines(Path.of("/proc", String.valueOf(executor.pid()), "status"))) {
        lines
            .filter(line -> line.startsWith("VmRSS:"))
            .forEach(line -> resident.add(Long.parseLong(line.replaceAll("\\D", ""))));
      }
    }
  }

  private static long heapAfterCollection(long pid) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                "GC.class_histogram")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = jcmd.inputReader()) {
      return lines
          .lines()
          .filter(line -> line.startsWith("Total"))
          .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
          .findFirst()
          .orElseThrow();
    }
  }
}
