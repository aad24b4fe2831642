package io.centroid.spark.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.util.CallSite$;
import org.jspecify.annotations.Nullable;

/** Properties that a thread gives to the Spark jobs that it starts. */
public final class JobProperties {
  private JobProperties() {}

  /**
   * Does work under a description that Spark's web UI shows for its jobs and stages. Afterwards the
   * thread's jobs are described as they were before.
   */
  public static <T> T described(SparkContext context, String description, Supplier<T> work) {
    return with(
        context,
        Map.of(
            SparkContext$.MODULE$.SPARK_JOB_DESCRIPTION(),
            description,
            CallSite$.MODULE$.SHORT_FORM(),
            description),
        work);
  }

  /** Does work whose jobs interrupt the threads of their tasks when they end early. */
  public static <T> T interruptible(SparkContext context, Supplier<T> work) {
    return with(
        context, Map.of(SparkContext$.MODULE$.SPARK_JOB_INTERRUPT_ON_CANCEL(), "true"), work);
  }

  /** The tags of a job that started, in one text; null if it has none. */
  public static @Nullable String tags(@Nullable Properties properties) {
    return properties == null
        ? null
        : properties.getProperty(SparkContext$.MODULE$.SPARK_JOB_TAGS());
  }

  private static <T> T with(
      SparkContext context, Map<String, String> properties, Supplier<T> work) {
    Map<String, @Nullable String> before = new HashMap<>();
    properties.forEach(
        (key, value) -> {
          before.put(key, context.getLocalProperty(key));
          context.setLocalProperty(key, value);
        });
    try {
      return work.get();
    } finally {
      before.forEach(context::setLocalProperty);
    }
  }
}
