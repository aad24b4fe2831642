package io.centroid.spark;

import io.centroid.spark.internal.JobProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import scala.collection.JavaConverters;

/**
 * A Spark listener that tracks the tasks of the current round, to name the workers and executors
 * that exceed the time limit. Called by Spark's listener thread and the timer's thread.
 */
final class RoundTaskTracker extends SparkListener {
  private final int workers;
  private final String owner = "centroid-" + UUID.randomUUID();
  private final Map<Integer, Boolean> stages = new HashMap<>();
  private final Map<Long, Running> running = new TreeMap<>();
  private final Set<Integer> reported = new HashSet<>();
  private String lateness = "";

  /**
   * Creates a tracker.
   *
   * @param workers number of workers W
   */
  RoundTaskTracker(int workers) {
    this.workers = workers;
  }

  private record Running(boolean aggregates, int partition, String place) {}

  /** Resets the tracker for a new round. */
  synchronized void begin() {
    stages.clear();
    running.clear();
    reported.clear();
    lateness = "";
  }

  /** Job tag of an attempt. */
  String tag(long round, int attempt) {
    return owner + "-round-" + round + "-" + attempt;
  }

  /** Records the late tasks before they are killed. */
  synchronized void freeze() {
    lateness = described();
  }

  /** Late workers or slices of the last attempt that exceeded the limit. */
  synchronized String late() {
    return lateness;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart event) {
    String tags = JobProperties.tags(event.properties());
    if (tags == null || !tags.contains(owner)) {
      return;
    }
    running.clear();
    List<StageInfo> infos = new ArrayList<>(JavaConverters.seqAsJavaList(event.stageInfos()));
    int last = infos.stream().mapToInt(StageInfo::stageId).max().orElse(-1);
    for (StageInfo info : infos) {
      // In sharded aggregation a shuffle separates the workers' stages from the last stage.
      boolean aggregates = info.stageId() == last && !info.parentIds().isEmpty();
      stages.put(info.stageId(), aggregates);
    }
    if (!stages.containsValue(true)) {
      reported.clear(); // Without a shuffle, results of an earlier attempt are not reused.
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    Boolean aggregates = stages.get(event.stageId());
    if (aggregates != null) {
      running.put(
          event.taskInfo().taskId(),
          new Running(
              aggregates,
              event.taskInfo().partitionId(),
              "executor " + event.taskInfo().executorId() + " on " + event.taskInfo().host()));
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Running ended = running.remove(event.taskInfo().taskId());
    if (ended != null && !ended.aggregates && event.reason() == Success$.MODULE$) {
      reported.add(ended.partition);
    }
  }

  private String described() {
    Set<Integer> missing = new TreeSet<>();
    for (int worker = 0; worker < workers; worker++) {
      if (!reported.contains(worker)) {
        missing.add(worker);
      }
    }
    if (missing.isEmpty()) {
      String slices =
          running.values().stream()
              .filter(Running::aggregates)
              .map(task -> task.partition + " (" + task.place + ")")
              .collect(Collectors.joining(", "));
      return "all workers had finished; slices of the parameters still being aggregated: " + slices;
    }
    return missing.stream()
        .map(worker -> worker + " (" + place(worker) + ")")
        .collect(Collectors.joining(", ", "unfinished workers: ", ""));
  }

  private String place(int worker) {
    String places =
        running.values().stream()
            .filter(task -> !task.aggregates && task.partition == worker)
            .map(Running::place)
            .collect(Collectors.joining(" and "));
    return places.isEmpty() ? "waiting for an executor" : places;
  }
}
