package io.centroid.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Polls a run's checkpoints and measures the time from each fault to the next commit. It runs on
 * its own thread.
 */
final class Commits implements Runnable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int TAIL_BYTES = 8 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem hdfs;
  private final Supplier<String> directory;
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Recovery> recoveries = new ArrayList<>();
  private volatile String newest = "";

  /**
   * Creates a monitor.
   *
   * @param directory folder of the current run
   */
  Commits(FileSystem hdfs, Supplier<String> directory) {
    this.hdfs = hdfs;
    this.directory = directory;
  }

  private record Waiting(FaultKind kind, long sinceNanos, String newest) {}

  /** Time in seconds from a fault to the next commit or the end of the run. */
  record Recovery(FaultKind kind, double seconds) {}

  /** Records a fault at the current time. */
  synchronized void onFault(FaultKind kind) {
    waiting.add(new Waiting(kind, System.nanoTime(), newest));
  }

  synchronized List<Recovery> recoveries() {
    return List.copyOf(recoveries);
  }

  @Override
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        newest = directory.get() + " " + newestStep(directory.get());
        settle();
        Thread.sleep(POLL.toMillis());
      } catch (IOException unreachable) {
        // The NameNode is down longer than the client retries; poll again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void settle() {
    long now = System.nanoTime();
    Iterator<Waiting> faults = waiting.iterator();
    while (faults.hasNext()) {
      Waiting fault = faults.next();
      if (!fault.newest.equals(newest)) {
        recoveries.add(new Recovery(fault.kind, (now - fault.sinceNanos) / 1e9));
        faults.remove();
      }
    }
  }

  private long newestStep(String run) throws IOException {
    Path checkpoints = new Path(HadoopPath.parse(run), "checkpoints");
    long step = -1;
    if (hdfs.exists(checkpoints)) {
      for (FileStatus file : hdfs.listStatus(checkpoints)) {
        String name = file.getPath().getName();
        if (name.startsWith("step-")) {
          step = Math.max(step, Long.parseLong(name.substring("step-".length())));
        }
      }
    }
    return step;
  }

  /**
   * Number of completed rounds of the current run without a checkpoint, according to its metrics.
   * The next driver repeats them.
   *
   * @return number of rounds; empty if the metrics cannot be read now
   */
  OptionalLong uncommittedRounds() {
    String run = directory.get();
    try {
      long step = newestStep(run);
      long rounds = 0;
      for (String line : lastLines(new Path(HadoopPath.parse(run), "metrics.jsonl"))) {
        JsonNode row = JSON.readTree(line);
        if (row.path("type").asText().equals("round") && row.path("step").asLong() > step) {
          rounds++;
        }
      }
      return OptionalLong.of(rounds);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns the complete lines at the end of a file that may still be written. */
  private List<String> lastLines(Path file) throws IOException {
    try (FSDataInputStream in = hdfs.open(file)) {
      int available = in.available();
      in.seek(Math.max(0, available - TAIL_BYTES));
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return available > TAIL_BYTES ? lines.subList(1, lines.size()) : lines;
    }
  }
}
