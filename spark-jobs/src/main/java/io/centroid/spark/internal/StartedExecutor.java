package io.centroid.spark.internal;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import scala.collection.JavaConverters;

/**
 * An executor that registered with the driver at some time.
 *
 * @param isActive false if it has ended
 * @param removal reason for its end, as Spark gives it; empty if it is active
 */
public record StartedExecutor(int cores, boolean isActive, Optional<String> removal) {

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
                    executor.removeReason().isDefined()
                        ? Optional.of(executor.removeReason().get())
                        : Optional.empty()))
        .toList();
  }
}
