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
  private static final String OWNER = "io.centroid.owner";

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
            text(description),
            CallSite$.MODULE$.SHORT_FORM(),
            description),
        work);
  }

  /**
   * Runs work that names stages in Spark's web UI: the stage of a shuffle is named where its last
   * RDD is created, the last stage of a job where the job is run.
   */
  public static <T> T inStage(SparkContext context, String stage, Supplier<T> work) {
    return with(context, Map.of(CallSite$.MODULE$.SHORT_FORM(), stage), work);
  }

  /**
   * Runs work whose jobs have an owner, and belong to a job group, unless this thread's jobs belong
   * to another one, by which a program may cancel them.
   *
   * @param owner unique name, by which {@link #owner} recognizes the jobs
   */
  public static <T> T owned(
      SparkContext context, String owner, @Nullable String group, Supplier<T> work) {
    String key = SparkContext$.MODULE$.SPARK_JOB_GROUP_ID();
    return with(
        context,
        group == null || context.getLocalProperty(key) != null
            ? Map.of(OWNER, owner)
            : Map.of(OWNER, owner, key, group),
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

  /** The owner of a started job; null if it has none. */
  public static @Nullable String owner(@Nullable Properties properties) {
    return properties == null ? null : properties.getProperty(OWNER);
  }

  /**
   * A description as plain text: the web UI shows what parses as XML with links as such, and
   * everything else as it is.
   */
  private static String text(String description) {
    return description.indexOf('<') < 0
        ? description
        : description.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
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
