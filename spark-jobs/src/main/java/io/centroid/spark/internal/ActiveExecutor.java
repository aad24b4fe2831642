package io.centroid.spark.internal;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ExecutorAllocationClient;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.apache.spark.util.Utils;
import scala.collection.JavaConverters;

/**
 * An executor to which Spark gives tasks.
 *
 * @param host its host as the scheduler knows it
 * @param slots number of tasks of the default resource profile that it runs at a time
 */
public record ActiveExecutor(String id, String host, int slots) implements Serializable {

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
                new ActiveExecutor(executor.id(), host(executor), slots(executor, taskCores)))
        .sorted(
            Comparator.comparingInt((ActiveExecutor executor) -> executor.id.length())
                .thenComparing(ActiveExecutor::id))
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
