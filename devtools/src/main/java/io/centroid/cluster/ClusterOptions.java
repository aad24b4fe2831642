package io.centroid.cluster;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.InputException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a development cluster.
 *
 * @param workers Spark Workers, at least 1
 * @param datanodes HDFS DataNodes, at least 1
 * @param coresPerWorker tasks that a Worker runs at once
 * @param workerMemory what a Worker may give to executors, as Spark writes it (2g, 1500m)
 * @param secure whether Spark's daemons authenticate and encrypt
 */
public record ClusterOptions(
    int workers, int datanodes, int coresPerWorker, String workerMemory, boolean secure) {
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

  /** A shape whose daemons trust everybody on this machine. */
  public ClusterOptions(int workers, int datanodes, int coresPerWorker, String workerMemory) {
    this(workers, datanodes, coresPerWorker, workerMemory, false);
  }

  /** As it is recorded; a record from before there were secure clusters does not say. */
  @JsonCreator
  static ClusterOptions recorded(
      @JsonProperty("workers") int workers,
      @JsonProperty("datanodes") int datanodes,
      @JsonProperty("coresPerWorker") int coresPerWorker,
      @JsonProperty("workerMemory") String workerMemory,
      @JsonProperty("secure") @Nullable Boolean secure) {
    return new ClusterOptions(
        workers, datanodes, coresPerWorker, workerMemory, Boolean.TRUE.equals(secure));
  }

  /** The same shape with authentication and encryption. */
  public ClusterOptions secured() {
    return new ClusterOptions(workers, datanodes, coresPerWorker, workerMemory, true);
  }

  /** The shape in words. */
  String describe() {
    return "%d worker(s) of %d core(s) and %s, %d datanode(s)%s"
        .formatted(workers, coresPerWorker, workerMemory, datanodes, secure ? ", secure" : "");
  }

  private static void requireCount(String name, int count) {
    if (count < 1 || count > MOST) {
      throw new InputException(name + " must be from 1 to " + MOST + ": " + count);
    }
  }
}
