package io.centroid.spark.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.util.CallSite$;
import org.jspecify.annotations.Nullable;

/** Thread-local properties of Spark jobs. */
public final class JobProperties {
  private JobProperties() {}

  /**
   * Runs work whose jobs and stages have this description in Spark's web UI. Restores the previous
   * description afterwards.
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

  /** Runs work whose jobs interrupt their task threads when they are canceled. */
  public static <T> T interruptible(SparkContext context, Supplier<T> work) {
    return with(
        context, Map.of(SparkContext$.MODULE$.SPARK_JOB_INTERRUPT_ON_CANCEL(), "true"), work);
  }

  /** The comma-separated tags of a started job; null if it has none. */
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
