package io.centroid.cluster;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.error.InputException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options of a development cluster.
 *
 * @param workers number of Spark Workers, at least 1
 * @param datanodes number of HDFS DataNodes, at least 1
 * @param coresPerWorker number of concurrent tasks per Worker
 * @param workerMemory executor memory per Worker in Spark's format (2g, 1500m)
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
          "worker-memory must be a number with m or g, such as 2g: " + workerMemory);
    }
  }

  /** Options without authentication and encryption. */
  public ClusterOptions(int workers, int datanodes, int coresPerWorker, String workerMemory) {
    this(workers, datanodes, coresPerWorker, workerMemory, false);
  }

  /** Reads recorded options. Older records lack {@code secure}. */
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

  /** The same options with authentication and encryption. */
  public ClusterOptions secured() {
    return new ClusterOptions(workers, datanodes, coresPerWorker, workerMemory, true);
  }

  /** A one-line description. */
  String describe() {
    return "%s worker(s) of %s core(s) and %s, %s datanode(s)%s"
        .formatted(workers, coresPerWorker, workerMemory, datanodes, secure ? ", secure" : "");
  }

  private static void requireCount(String name, int count) {
    if (count < 1 || count > MOST) {
      throw new InputException(name + " must be from 1 to " + MOST + ": " + count);
    }
  }
}
