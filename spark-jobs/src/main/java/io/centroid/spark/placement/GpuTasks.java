package io.centroid.spark.placement;

import io.centroid.device.GpuReport;
import io.centroid.nn.LearnerFactory;
import io.centroid.spark.internal.ActiveExecutor;
import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.internal.LocatedRdd;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs of a context's executors, and the tasks that need one each. Executors get their GPUs by
 * Spark's configuration, tasks by a resource profile, so that other tasks need none. In local mode
 * Spark assigns no GPUs; {@link TaskDevices} does.
 */
public final class GpuTasks {
  /** Name of the resource in Spark's configuration. */
  static final String RESOURCE = "gpu";

  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";

  private final SparkContext context;
  private final Map<Integer, RDD<?>> placed = new HashMap<>();
  private @Nullable ResourceProfile profile;

  GpuTasks(SparkContext context) {
    this.context = context;
  }

  /** Total number of GPUs of the executors, at least 1. */
  int count() {
    return Math.max(
        1,
        ActiveExecutor.of(context, ActiveExecutor.ids(context)).stream()
            .mapToInt(ActiveExecutor::gpuSlots)
            .sum());
  }

  /**
   * The RDD, computed by tasks that have a GPU each.
   *
   * @param rdd one partition per worker
   */
  synchronized <T> RDD<T> onGpus(RDD<T> rdd) {
    if (context.isLocal() || context.getConf().contains(OF_TASK)) {
      return rdd;
    }
    ResourceProfile ofTasks = profile == null ? newProfile() : profile;
    profile = ofTasks;
    @SuppressWarnings("unchecked")
    RDD<T> onGpus =
        (RDD<T>)
            placed.computeIfAbsent(
                rdd.id(),
                id ->
                    rdd.toJavaRDD()
                        .mapPartitions(partition -> partition, true)
                        .rdd()
                        .withResources(ofTasks)
                        .setName(rdd.name()));
    return onGpus;
  }

  private ResourceProfile newProfile() {
    int cores = context.getConf().getInt("spark.task.cpus", 1);
    return new ResourceProfileBuilder()
        .require(new TaskResourceRequests().cpus(cores).resource(RESOURCE, 1))
        .build();
  }

  /** A job that examines executors. */
  public interface Examination {
    List<GpuReport> run(RDD<ActiveExecutor> executors, Examine examine);
  }

  /** The task of an {@link Examination}. */
  public interface Examine extends Serializable {
    GpuReport of(ActiveExecutor executor);
  }

  /**
   * What each executor reports about its GPUs; or that Spark's configuration gives it none.
   *
   * @param engine engine that is to use them
   * @param job runs the examination
   */
  public List<GpuReport> reports(LearnerFactory engine, Examination job) {
    if (context.isLocal()) {
      return List.of(
          GpuReport.ofThisJvm("this process", Optional.empty()).unless(engine::gpuObstacle));
    }
    Optional<String> problem = problem(context.getConf());
    if (problem.isPresent()) {
      return List.of(GpuReport.none(context.master(), problem.get()));
    }
    Map<String, Assigned> assigned = new HashMap<>();
    List<ActiveExecutor> executors = ActiveExecutor.settled(context);
    executors.forEach(
        executor ->
            assigned.put(
                executor.id(),
                new Assigned(
                    "executor " + executor.id() + " on " + executor.host(), executor.gpus())));
    // An executor that was busy may have given its task to another one, which reports twice.
    Map<String, GpuReport> byPlace = new TreeMap<>();
    JobProperties.described(
            context,
            "examining the GPUs of the executors",
            () ->
                job.run(
                    LocatedRdd.of(context, executors),
                    executor -> report(assigned).unless(engine::gpuObstacle)))
        .forEach(report -> byPlace.put(report.place(), report));
    return List.copyOf(byPlace.values());
  }

  /** Name and GPUs of an executor. */
  private record Assigned(String place, List<String> gpus) implements Serializable {}

  private static GpuReport report(Map<String, Assigned> assigned) {
    String id = SparkEnv.get().executorId();
    Assigned own = assigned.get(id);
    return own == null
        ? GpuReport.ofThisJvm("executor " + id, Optional.empty())
        : GpuReport.ofThisJvm(own.place, Optional.of(own.gpus));
  }

  /** Why Spark's configuration does not give each task a GPU of its own; empty if it does. */
  public static Optional<String> problem(SparkConf conf) {
    if (!conf.contains(OF_EXECUTOR)) {
      return Optional.of(
          "the executors have none: set "
              + OF_EXECUTOR
              + " to the number of GPUs of an executor, and"
              + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.sh on the"
              + " Workers");
    }
    String ofTask = conf.get(OF_TASK, "1");
    if (!ofTask.matches("1(\\.0*)?")) {
      return Optional.of(
          OF_TASK + " must be 1, so that no two tasks share a GPU, or not be set: " + ofTask);
    }
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false) && !conf.contains(OF_TASK)) {
      return Optional.of(
          "spark.dynamicAllocation.enabled = true needs "
              + OF_TASK
              + " = 1, since dynamic allocation would start other executors for tasks with GPUs");
    }
    return Optional.empty();
  }
}
