package io.centroid.bench.scaling;

/**
 * Cost model of a round's overhead in addition to its local steps, as a function of workers,
 * parameters and network bandwidth: four measured coefficients of one machine plus the transfer
 * time of the bytes (docs/scaling.md). W workers on E executors exchange vectors of P floats.
 *
 * @param roundNanos nanoseconds per round: scheduling of a stage and its job
 * @param workerNanos nanoseconds per worker: its task and its result
 * @param downNanosPerByte nanoseconds per byte of the parameters: serialization and broadcast, once
 * @param upNanosPerByte nanoseconds per byte of each worker's delta: encoding, collecting,
 *     averaging
 */
public record CostModel(
    double roundNanos, double workerNanos, double downNanosPerByte, double upNanosPerByte) {
  private static final double BROADCAST_BLOCK = 4 << 20;

  /** Place where the deltas are aggregated. */
  public enum Aggregation {
    /** On the driver: every delta passes through its link and its single thread. */
    DRIVER,
    /** Sharded on the executors (reduce-scatter); the driver collects one copy. */
    EXECUTORS
  }

  /**
   * Size and bandwidth of a cluster.
   *
   * @param workers number of workers W
   * @param executors number of executors E, each with its own link
   * @param bytesPerSecond full-duplex bandwidth of each link; infinite for one machine
   */
  public record Cluster(int workers, int executors, double bytesPerSecond) {
    double wireNanos(double bytes) {
      return bytes / bytesPerSecond * 1e9;
    }
  }

  /** Nanoseconds of a round in addition to its local steps. */
  public double overheadNanos(Cluster cluster, long parameters, Aggregation aggregation) {
    double bytes = 4.0 * parameters;
    return roundNanos
        + workerNanos * cluster.workers()
        + broadcastNanos(cluster, bytes)
        + aggregationNanos(cluster, bytes, aggregation);
  }

  /**
   * Executors forward blocks as they arrive: the last one gets its first block log2(E) blocks late.
   */
  private double broadcastNanos(Cluster cluster, double bytes) {
    double late =
        Math.min(bytes, BROADCAST_BLOCK) * Math.log(Math.max(1, cluster.executors())) / Math.log(2);
    return downNanosPerByte * bytes + cluster.wireNanos(bytes + late);
  }

  private double aggregationNanos(Cluster cluster, double bytes, Aggregation aggregation) {
    return switch (aggregation) {
      case DRIVER -> cluster.workers() * (upNanosPerByte * bytes + cluster.wireNanos(bytes));
      case EXECUTORS -> {
        double share = bytes * cluster.workers() / cluster.executors();
        yield roundNanos
            + upNanosPerByte * share
            + cluster.wireNanos(share)
            + upNanosPerByte * bytes
            + cluster.wireNanos(bytes);
      }
    };
  }

  /** Returns the cheaper aggregation. */
  public Aggregation cheaper(Cluster cluster, long parameters) {
    return overheadNanos(cluster, parameters, Aggregation.DRIVER)
            <= overheadNanos(cluster, parameters, Aggregation.EXECUTORS)
        ? Aggregation.DRIVER
        : Aggregation.EXECUTORS;
  }

  /** Local steps between synchronizations that keep the communication share within a limit. */
  public long localSteps(double overheadNanos, double stepNanos, double share) {
    return (long) Math.max(1, Math.ceil(overheadNanos * (1 - share) / share / stepNanos));
  }
}
