package io.centroid.spark.monitoring;

import io.centroid.spark.internal.JobProperties;
import io.centroid.train.RoundResult;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * The Spark jobs of a run: their description and group in Spark's web UI, and their failures. The
 * properties of the calling thread's other jobs stay as they are.
 */
public final class RunJobs implements AutoCloseable {
  private final SparkContext context;
  private final @Nullable String group;
  private final String owner = "centroid-" + UUID.randomUUID();
  private final FaultCounts faults = new FaultCounts(owner);

  /**
   * Starts to count failures.
   *
   * @param group job group, which is the run's name; null: none
   */
  public RunJobs(SparkContext context, @Nullable String group) {
    this.context = context;
    this.group = group;
    context.addSparkListener(faults);
  }

  /**
   * Runs work whose jobs belong to the run.
   *
   * @param description description of the jobs
   * @param stage name of their stages
   */
  public <T> T run(String description, String stage, Supplier<T> work) {
    return JobProperties.owned(
        context,
        owner,
        group,
        () ->
            JobProperties.described(
                context, description, () -> JobProperties.inStage(context, stage, work)));
  }

  /**
   * The failures since the last call, as far as they are known: Spark reports them asynchronously,
   * and the next call returns late ones.
   */
  public RoundResult.Faults faults() {
    return faults.take();
  }

  @Override
  public void close() {
    context.removeSparkListener(faults);
  }
}
