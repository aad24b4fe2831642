package io.centroid.spark.internal;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.spark.ExecutorAllocationClient;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * An executor to which Spark gives tasks.
 *
 * @param host its host as the scheduler knows it
 * @param slots number of tasks of the default resource profile that it runs at a time
 * @param gpus addresses of its GPUs
 */
public record ActiveExecutor(String id, String host, int slots, List<String> gpus)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ActiveExecutor.class);
  private static final long EVENTS_MILLIS = 10_000;

  public ActiveExecutor {
    gpus = List.copyOf(gpus);
  }

  /** Number of tasks that need a core and a GPU each that it runs at a time. */
  public int gpuSlots() {
    return Math.min(slots, gpus.size());
  }

  /** The format of Spark's ExecutorCacheTaskLocation. */
  public String location() {
    return "executor_" + host + "_" + id;
  }

  /**
   * The ids of the executors that are neither lost nor about to be removed, from the scheduler's
   * own table: exact, and without a message. None in local mode.
   */
  public static Set<String> ids(SparkContext context) {
    Set<String> ids = new HashSet<>();
    if (context.schedulerBackend() instanceof ExecutorAllocationClient client) {
      JavaConverters.seqAsJavaList(client.getExecutorIds()).stream()
          .filter(client::isExecutorActive)
          .forEach(ids::add);
    }
    return ids;
  }

  /**
   * Describes executors, in an order that depends on their ids alone. One that has just registered
   * may be missing, because Spark describes it a moment later.
   */
  public static List<ActiveExecutor> of(SparkContext context, Set<String> ids) {
    int taskCores = context.getConf().getInt("spark.task.cpus", 1);
    return JavaConverters.seqAsJavaList(context.statusStore().executorList(true)).stream()
        .filter(executor -> ids.contains(executor.id()))
        .map(
            executor ->
                new ActiveExecutor(
                    executor.id(), host(executor), slots(executor, taskCores), gpus(executor)))
        .sorted(
            Comparator.comparingInt((ActiveExecutor executor) -> executor.id.length())
                .thenComparing(ActiveExecutor::id))
        .toList();
  }

  /** Describes all active executors, once Spark has described those that have registered. */
  public static List<ActiveExecutor> settled(SparkContext context) {
    try {
      context.listenerBus().waitUntilEmpty(EVENTS_MILLIS);
    } catch (TimeoutException e) {
      LOG.warn("Spark's events are not processed within {} ms", EVENTS_MILLIS);
    }
    return of(context, ids(context));
  }

  private static List<String> gpus(ExecutorSummary executor) {
    return JavaConverters.mapAsJavaMap(executor.resources()).values().stream()
        .filter(resource -> resource.name().equals("gpu"))
        .flatMap(resource -> Arrays.stream(resource.addresses()))
        .toList();
  }

  private static String host(ExecutorSummary executor) {
    return Utils.parseHostPort(executor.hostPort())._1();
  }

  private static int slots(ExecutorSummary executor, int taskCores) {
    return executor.resourceProfileId() == ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID()
        ? executor.totalCores() / taskCores
        : 0;
  }
}
