package io.centroid.cluster;

import io.centroid.InputException;
import java.util.regex.Pattern;

/**
 * The shape of a development cluster.
 *
 * @param workers Spark Workers, at least 1
 * @param datanodes HDFS DataNodes, at least 1
 * @param coresPerWorker tasks that a Worker runs at once
 * @param workerMemory what a Worker may give to executors, as Spark writes it (2g, 1500m)
 */
public record ClusterOptions(int workers, int datanodes, int coresPerWorker, String workerMemory) {
  private static final int MOST = 64;
  private static final Pattern MEMORY = Pattern.compile("[1-9][0-9]*[mgMG]");

  public ClusterOptions {
    requireCount("workers", workers);
    requireCount("datanodes", datanodes);
    requireCount("cores-per-worker", coresPerWorker);
    if (!MEMORY.matcher(workerMemory).matches()) {
      throw new InputException(
          "worker-memory must be a number with m or g, like 2g: " + workerMemory);
    }
  }

  /** The shape in words. */
  String describe() {
    return "%d worker(s) of %d core(s) and %s, %d datanode(s)"
        .formatted(workers, coresPerWorker, workerMemory, datanodes);
  }

  private static void requireCount(String name, int count) {
    if (count < 1 || count > MOST) {
      throw new InputException(name + " must be from 1 to " + MOST + ": " + count);
    }
  }
}
