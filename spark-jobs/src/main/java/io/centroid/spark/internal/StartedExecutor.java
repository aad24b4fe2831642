package io.centroid.spark.internal;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import scala.collection.JavaConverters;

/**
 * An executor that registered with the driver at some time.
 *
 * @param isActive false if it has ended
 * @param hasTask whether it was given a task
 * @param removal reason for its end, as Spark gives it; empty if it is active
 */
public record StartedExecutor(
    int cores, boolean isActive, boolean hasTask, Optional<String> removal) {

  /** The executors of an application, without the driver, in the order of their registration. */
  public static List<StartedExecutor> of(SparkContext context) {
    return JavaConverters.seqAsJavaList(context.statusStore().executorList(false)).stream()
        .filter(executor -> executor.id().matches("[0-9]+"))
        .sorted(java.util.Comparator.comparingInt(executor -> Integer.parseInt(executor.id())))
        .map(
            executor ->
                new StartedExecutor(
                    executor.totalCores(),
                    executor.isActive(),
                    executor.totalTasks() + executor.activeTasks() > 0,
                    executor.removeReason().isDefined()
                        ? Optional.of(executor.removeReason().get())
                        : Optional.empty()))
        .toList();
  }
}
