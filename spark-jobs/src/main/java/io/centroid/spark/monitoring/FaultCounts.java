package io.centroid.spark.monitoring;

import io.centroid.spark.internal.JobProperties;
import io.centroid.train.RoundResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.JavaConverters;

/**
 * A Spark listener that counts the failed tasks of a run's jobs, and the executors that the
 * application lost.
 */
final class FaultCounts extends SparkListener {
  /** Number of stages whose late events are counted. */
  private static final int STAGES = 100;

  private final String owner;
  private final Set<Integer> stages =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
              return size() > STAGES;
            }
          });
  private int failedTasks;
  private int lostExecutors;

  /**
   * Creates a listener.
   *
   * @param owner owner of the run's jobs
   */
  FaultCounts(String owner) {
    this.owner = owner;
  }

  /** Returns the counts and resets them. */
  synchronized RoundResult.Faults take() {
    RoundResult.Faults taken = new RoundResult.Faults(failedTasks, lostExecutors);
    failedTasks = 0;
    lostExecutors = 0;
    return taken;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart event) {
    if (owner.equals(JobProperties.owner(event.properties()))) {
      JavaConverters.seqAsJavaList(event.stageInfos())
          .forEach(stage -> stages.add(stage.stageId()));
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    if (isFailure(event.reason()) && stages.contains(event.stageId())) {
      failedTasks++;
    }
  }

  /** A killed task, such as the slower copy of a speculative one, did not fail. */
  private static boolean isFailure(TaskEndReason reason) {
    return reason != Success$.MODULE$ && !(reason instanceof TaskKilled);
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    if (!isIntended(event.reason())) {
      lostExecutors++;
    }
  }

  /** Whether Spark itself released the executor, such as an idle one under dynamic allocation. */
  private static boolean isIntended(String reason) {
    return reason.contains("killed by driver") || reason.startsWith("Executor decommission");
  }
}
