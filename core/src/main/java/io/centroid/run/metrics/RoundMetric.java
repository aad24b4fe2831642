package io.centroid.run.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A number that is measured in every round. The same names are used in {@code metrics.jsonl},
 * TensorBoard, MLflow, Spark's metrics system and the report.
 */
public enum RoundMetric {
  LOSS("loss", Group.TRAINING, Unit.NONE, "mean training loss of the round's examples"),
  LEARNING_RATE(
      "learningRate", Group.TRAINING, Unit.NONE, "mean learning rate of the round's local steps"),
  GRADIENT_NORM(
      "gradientNorm",
      Group.TRAINING,
      Unit.NONE,
      "L2 norm of the gradient in the last local step, mean of the workers"),
  DELTA_NORM(
      "deltaNorm",
      Group.TRAINING,
      Unit.NONE,
      "L2 norm of the weighted mean of the workers' deltas"),
  DELTA_COSINE(
      "deltaCosine",
      Group.TRAINING,
      Unit.NONE,
      "cosine between the workers' deltas, mean of all pairs weighted by the deltas' norms"),
  PRIVACY_EPSILON(
      "privacyEpsilon",
      Group.TRAINING,
      Unit.NONE,
      "epsilon of differential privacy up to the round, at privacy.delta"),

  SECONDS("seconds", Group.TIME, Unit.SECONDS, "wall time of the round"),
  EXAMPLES_PER_SECOND(
      "examplesPerSecond", Group.TIME, Unit.NONE, "training throughput of the round"),
  COMPUTE_SECONDS(
      "computeSeconds",
      Group.TIME,
      Unit.SECONDS,
      "part of the round in local steps, at the parallelism of the cluster"),
  PUBLISH_SECONDS("publishSeconds", Group.TIME, Unit.SECONDS, "part in publishing the parameters"),
  SCHEDULE_SECONDS(
      "scheduleSeconds",
      Group.TIME,
      Unit.SECONDS,
      "part in starting tasks, loading parameters, sending deltas and uneven progress"),
  AGGREGATION_SECONDS(
      "aggregationSeconds",
      Group.TIME,
      Unit.SECONDS,
      "part in averaging the deltas and the outer step on the driver; 0 if executors do it"),
  WAIT_SECONDS(
      "waitSeconds",
      Group.TIME,
      Unit.SECONDS,
      "time that a worker waits for the slowest worker, mean of the workers"),
  CHECKPOINT_SECONDS(
      "checkpointSeconds",
      Group.TIME,
      Unit.SECONDS,
      "time that training waited for checkpoints since the previous round"),
  SLOWEST_COMPUTE_SECONDS(
      "slowestComputeSeconds",
      Group.TIME,
      Unit.SECONDS,
      "duration of the slowest worker's local steps"),
  TOTAL_COMPUTE_SECONDS(
      "totalComputeSeconds",
      Group.TIME,
      Unit.SECONDS,
      "duration of all workers' local steps, summed"),

  BYTES_UP(
      "bytesUp",
      Group.TRAFFIC,
      Unit.BYTES,
      "encoded deltas and averaged optimizer states from all workers"),
  BYTES_DOWN(
      "bytesDown",
      Group.TRAFFIC,
      Unit.BYTES,
      "parameters and averaged optimizer states to the workers' processes, once per process"),

  HEAP_BYTES("heapBytes", Group.MEMORY, Unit.BYTES, "peak Java heap of the largest worker process"),
  NATIVE_BYTES(
      "nativeBytes",
      Group.MEMORY,
      Unit.BYTES,
      "peak native vectors and buffers of the largest worker process"),
  RESIDENT_BYTES(
      "residentBytes",
      Group.MEMORY,
      Unit.BYTES,
      "peak resident set size of the largest worker process"),
  DEVICE_BYTES(
      "deviceBytes", Group.MEMORY, Unit.BYTES, "peak GPU memory of the largest worker process"),
  DRIVER_HEAP_BYTES(
      "driverHeapBytes", Group.MEMORY, Unit.BYTES, "peak Java heap of the driver since the start"),
  DRIVER_NATIVE_BYTES(
      "driverNativeBytes",
      Group.MEMORY,
      Unit.BYTES,
      "peak native vectors and buffers of the driver since the start"),

  RETRIED_TASKS(
      "retriedTasks", Group.FAULTS, Unit.COUNT, "tasks that failed and ran again in the round"),
  LOST_EXECUTORS("lostExecutors", Group.FAULTS, Unit.COUNT, "executors lost in the round");

  /**
   * The parts of the time of a round and of the checkpoints before it, in the order in which they
   * are shown. They add up to all of it but the check of the parameters.
   */
  public static final List<RoundMetric> TIME_PARTS =
      List.of(
          COMPUTE_SECONDS,
          SCHEDULE_SECONDS,
          PUBLISH_SECONDS,
          AGGREGATION_SECONDS,
          CHECKPOINT_SECONDS);

  /** What a metric is about. */
  public enum Group {
    TRAINING,
    TIME,
    TRAFFIC,
    MEMORY,
    FAULTS
  }

  /** Unit of a metric; counts and bytes are whole numbers. */
  public enum Unit {
    NONE,
    SECONDS,
    BYTES,
    COUNT
  }

  private final String key;
  private final Group group;
  private final Unit unit;
  private final String description;

  RoundMetric(String key, Group group, Unit unit, String description) {
    this.key = key;
    this.group = group;
    this.unit = unit;
    this.description = description;
  }

  /** The name in files and tools. */
  public String key() {
    return key;
  }

  /** The word for a part of the time, such as {@code compute}. */
  public String word() {
    return key.replace("Seconds", "");
  }

  /** The group and the key, such as {@code training/loss}, as TensorBoard and MLflow group them. */
  public String tag() {
    return group.name().toLowerCase(Locale.ROOT) + "/" + key;
  }

  public Group group() {
    return group;
  }

  public Unit unit() {
    return unit;
  }

  /** One line without a period, for documentation. */
  public String description() {
    return description;
  }

  /** Whether values are whole numbers. */
  public boolean isWhole() {
    return unit == Unit.BYTES || unit == Unit.COUNT;
  }

  /** The metric with this key. */
  public static Optional<RoundMetric> of(String key) {
    return Arrays.stream(values()).filter(metric -> metric.key.equals(key)).findFirst();
  }
}
