package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Eventually;
import io.centroid.config.RunConfig;
import io.centroid.spark.session.SparkContexts;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results of jobs in local mode, whose tasks run in the driver's JVM. */
class JobsIT {
  /** Results of tasks. */
  private static final Queue<WeakReference<Object>> RESULTS = new ConcurrentLinkedQueue<>();

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = SparkContexts.start(RunConfig.load(null, List.of("spark.master=local[1]")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void resultsAreHandedOverWithoutSerialization() {
    // A thread cannot be serialized.
    List<Thread> threads =
        Jobs.results(
            "task",
            spark.parallelize(List.of(3, 4), 2).rdd(),
            number -> new Thread("result " + number));
    assertThat(threads).extracting(Thread::getName).containsExactly("result 3", "result 4");
  }

  @Test
  void failedJobsReleaseTheirResults() throws Exception {
    assertThatThrownBy(
            () ->
                Jobs.<Integer, Object>run(
                    spark.parallelize(List.of(0, 1), 2).rdd(),
                    number -> result(1 / (1 - number)),
                    (result, partition) -> {
                      throw new IllegalStateException("result of " + partition);
                    }))
        .isInstanceOf(RuntimeException.class);
    assertThat(RESULTS).isNotEmpty();
    Eventually.await(
        "the results are collected",
        Duration.ofSeconds(20),
        () -> {
          System.gc();
          return RESULTS.stream().allMatch(result -> result.get() == null);
        });
  }

  private static Object result(int number) {
    Object result = new Thread("result " + number);
    RESULTS.add(new WeakReference<>(result));
    return result;
  }
}
