package io.centroid.spark;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Counts Spark jobs, stages and tasks. */
final class JobCounts extends SparkListener {
  final AtomicInteger jobs = new AtomicInteger();
  final AtomicInteger endedJobs = new AtomicInteger();
  final AtomicInteger stages = new AtomicInteger();
  final AtomicInteger tasks = new AtomicInteger();

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    jobs.incrementAndGet();
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd event) {
    endedJobs.incrementAndGet();
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    stages.incrementAndGet();
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    tasks.incrementAndGet();
  }
}
