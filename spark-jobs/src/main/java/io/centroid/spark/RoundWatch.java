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
 * Follows the tasks of one round at a time, so that a late round can be told with names. Called by
 * Spark's listener thread and the clock's.
 */
final class RoundWatch extends SparkListener {
  private final int workers;
  private final String owner = "centroid-" + UUID.randomUUID();
  private final Map<Integer, Boolean> stages = new HashMap<>();
  private final Map<Long, Running> running = new TreeMap<>();
  private final Set<Integer> reported = new HashSet<>();
  private String lateness = "";

  /**
   * A watch.
   *
   * @param workers W
   */
  RoundWatch(int workers) {
    this.workers = workers;
  }

  private record Running(boolean folds, int partition, String place) {}

  /** Forgets the round before. */
  synchronized void begin() {
    stages.clear();
    running.clear();
    reported.clear();
    lateness = "";
  }

  /** By what the jobs of an attempt are known. */
  String tag(long round, int attempt) {
    return owner + "-round-" + round + "-" + attempt;
  }

  /** Looks who is late, before the tasks are killed. */
  synchronized void freeze() {
    lateness = described();
  }

  /** Who was late when the last attempt's time was over. */
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
      // Where deltas meet on executors, a shuffle parts the workers' stages from the last one.
      boolean folds = info.stageId() == last && !info.parentIds().isEmpty();
      stages.put(info.stageId(), folds);
    }
    if (!stages.containsValue(true)) {
      reported.clear(); // Without a shuffle nothing of an earlier attempt is left.
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    Boolean folds = stages.get(event.stageId());
    if (folds != null) {
      running.put(
          event.taskInfo().taskId(),
          new Running(
              folds,
              event.taskInfo().partitionId(),
              "executor " + event.taskInfo().executorId() + " on " + event.taskInfo().host()));
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Running ended = running.remove(event.taskInfo().taskId());
    if (ended != null && !ended.folds && event.reason() == Success$.MODULE$) {
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
              .filter(Running::folds)
              .map(task -> task.partition + " (" + task.place + ")")
              .collect(Collectors.joining(", "));
      return "all workers had reported, but not these slices of the parameters: " + slices;
    }
    return missing.stream()
        .map(worker -> worker + " (" + place(worker) + ")")
        .collect(Collectors.joining(", ", "workers that had not reported: ", ""));
  }

  private String place(int worker) {
    String places =
        running.values().stream()
            .filter(task -> !task.folds && task.partition == worker)
            .map(Running::place)
            .collect(Collectors.joining(" and "));
    return places.isEmpty() ? "waiting for an executor" : places;
  }
}
