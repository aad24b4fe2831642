package io.centroid.spark.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.centroid.train.RoundResult;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions, groups and failures of a run's jobs, on a Spark with three attempts per task. */
class RunJobsTest {
  private static final Map<String, AtomicInteger> FAILURES = new ConcurrentHashMap<>();

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf(false)
                .setMaster("local[2,3]")
                .setAppName("jobs")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.ui.enabled", "false"));
    spark.setLogLevel("OFF");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void clear() {
    spark.clearJobGroup();
  }

  @Test
  void countsTheFailedTasksOfItsOwnJobsOnce() throws Exception {
    try (RunJobs jobs = new RunJobs(spark.sc(), "mnist");
        RunJobs others = new RunJobs(spark.sc(), "mnist")) {
      jobs.run("round 0", "local steps", () -> failing("own", 2));
      others.run("round 0", "local steps", () -> failing("of another run", 1));
      failing("of the program", 1);
      spark.sc().listenerBus().waitUntilEmpty();
      assertThat(jobs.faults()).isEqualTo(new RoundResult.Faults(2, 0));
      assertThat(jobs.faults()).isEqualTo(RoundResult.Faults.NONE);
      assertThat(others.faults()).isEqualTo(new RoundResult.Faults(1, 0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Command exited with code 137, 1",
    "worker lost, 1",
    "Executor heartbeat timed out after 130 ms, 1",
    "Executor killed by driver., 0",
    "Executor decommission: worker decommissioned, 0"
  })
  void executorsThatSparkReleasesAreNotLost(String reason, int lost) {
    FaultCounts counts = new FaultCounts("x");
    counts.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "1", reason));
    assertThat(counts.take()).isEqualTo(new RoundResult.Faults(0, lost));
  }

  @Test
  void describesItsJobsAndLeavesThoseOfTheProgramAsTheyAre() throws Exception {
    Queue<SparkListenerJobStart> started = new ConcurrentLinkedQueue<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart event) {
            started.add(event);
          }
        };
    spark.sc().addSparkListener(listener);
    try (RunJobs jobs = new RunJobs(spark.sc(), "mnist")) {
      jobs.run("reading <b>&/data", "reading shards", RunJobsTest::count);
      count();
      spark.setJobGroup("of the program", "its description");
      jobs.run("round 0", "local steps", RunJobsTest::count);
      count();
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(listener);
    }
    assertThat(started)
        .extracting(
            event -> event.properties().getProperty("spark.jobGroup.id"),
            event -> event.properties().getProperty("spark.job.description"),
            event -> event.stageInfos().head().name().replaceAll(" at .*", ""))
        .containsExactly(
            tuple("mnist", "reading &lt;b&gt;&amp;/data", "reading shards"),
            tuple(null, null, "count"),
            tuple("of the program", "round 0", "local steps"),
            tuple("of the program", "its description", "count"));
    assertThat(spark.statusTracker().getJobIdsForGroup("mnist")).hasSize(1);
  }

  private static long count() {
    return spark.parallelize(List.of(1), 1).count();
  }

  /** Runs a job with a task that fails a number of times. */
  private static long failing(String name, int times) {
    FAILURES.put(name, new AtomicInteger(times));
    return spark
        .parallelize(List.of(1, 2), 2)
        .filter(
            element -> {
              if (element == 2 && FAILURES.get(name).getAndDecrement() > 0) {
                throw new IllegalStateException(name);
              }
              return true;
            })
        .count();
  }
}
