package io.centroid.bench.scaling;

/**
 * What a round costs beside its local steps, as a function of workers, parameters and link: four
 * measured numbers of one machine, and the time that bytes spend on a wire (docs/scaling.md). W
 * workers on E executors exchange vectors of P floats.
 *
 * @param roundNanos of any round: scheduling a stage and its job
 * @param workerNanos of each worker: its task and its result
 * @param downNanosPerByte of the parameters: serialization and broadcast, once
 * @param upNanosPerByte of each worker's delta: encoding, collecting, fold
 */
public record CostModel(
    double roundNanos, double workerNanos, double downNanosPerByte, double upNanosPerByte) {
  private static final double BROADCAST_BLOCK = 4 << 20;

  /** Where deltas meet. */
  public enum Meeting {
    /** On the driver: every delta crosses its link and its one thread. */
    DRIVER,
    /** Slice by slice on the executors; the driver collects one copy. */
    EXECUTORS
  }

  /**
   * A cluster.
   *
   * @param workers W
   * @param executors E, each with a link of its own
   * @param bytesPerSecond of each link, in either direction at once; infinite for one machine
   */
  public record Cluster(int workers, int executors, double bytesPerSecond) {
    double wireNanos(double bytes) {
      return bytes / bytesPerSecond * 1e9;
    }
  }

  /** Nanoseconds of a round beside its local steps. */
  public double overheadNanos(Cluster cluster, long parameters, Meeting meeting) {
    double bytes = 4.0 * parameters;
    return roundNanos
        + workerNanos * cluster.workers()
        + broadcastNanos(cluster, bytes)
        + meetingNanos(cluster, bytes, meeting);
  }

  /** Executors pass blocks on as they come: the last gets its first block log2(E) blocks late. */
  private double broadcastNanos(Cluster cluster, double bytes) {
    double late =
        Math.min(bytes, BROADCAST_BLOCK) * Math.log(Math.max(1, cluster.executors())) / Math.log(2);
    return downNanosPerByte * bytes + cluster.wireNanos(bytes + late);
  }

  private double meetingNanos(Cluster cluster, double bytes, Meeting meeting) {
    return switch (meeting) {
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

  /** The cheaper of the two meetings. */
  public Meeting cheaper(Cluster cluster, long parameters) {
    return overheadNanos(cluster, parameters, Meeting.DRIVER)
            <= overheadNanos(cluster, parameters, Meeting.EXECUTORS)
        ? Meeting.DRIVER
        : Meeting.EXECUTORS;
  }

  /** Local steps between meetings that keep them within a share of the time. */
  public long localSteps(double overheadNanos, double stepNanos, double share) {
    return (long) Math.max(1, Math.ceil(overheadNanos * (1 - share) / share / stepNanos));
  }
}
