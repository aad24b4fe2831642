package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.spark.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that the executors of a cluster cannot meet. */
class FirstExecutorIT {
  @TempDir Path folder;

  private static SparkConf conf() {
    return new SparkConf(false)
        .setMaster("local-cluster[1,1,1024]")
        .setAppName("first executor")
        .set("spark.scheduler.maxRegisteredResourcesWaitingTime", "1s");
  }

  @Test
  void aTaskThatNeedsMoreCoresThanAnyExecutorHasIsReported() throws Exception {
    try (LocalCluster cluster =
        LocalCluster.standalone(folder, conf().set("spark.task.cpus", "4"))) {
      cluster.awaitExecutors(1);
      assertThatThrownBy(() -> FirstExecutor.await(cluster.spark(), Duration.ofSeconds(3)))
          .isInstanceOf(NoExecutorException.class)
          .hasMessageStartingWith(
              "no task started within 3 s (spark.executor-timeout): a task needs"
                  + " spark.task.cpus = 4, but the largest of 1 executor(s) has 1 core(s); ");
    }
  }

  @Test
  void aMissingShuffleServiceIsNamedWhenExecutorsExitAtStartup() throws Exception {
    SparkConf conf =
        conf()
            .set("spark.dynamicAllocation.enabled", "true")
            .set("spark.shuffle.service.enabled", "true")
            .set("spark.shuffle.service.port", "1")
            .set("spark.shuffle.registration.maxAttempts", "1")
            .set("spark.shuffle.io.maxRetries", "0");
    try (LocalCluster cluster = LocalCluster.start(folder, conf)) {
      assertThatThrownBy(() -> FirstExecutor.await(cluster.spark(), Duration.ofSeconds(45)))
          .isInstanceOf(NoExecutorException.class)
          .hasMessageContaining("executor(s) exited at startup, the last one with: ")
          .hasMessageContaining(
              "spark.shuffle.service.enabled is true: every node needs a running shuffle service,"
                  + " port 1; see ");
    }
  }

  @Test
  void anExecutorThatRunsTheTaskIsEnough() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(folder, conf())) {
      FirstExecutor.await(cluster.spark(), LocalCluster.LIMIT);
      assertThat(cluster.spark().sc().isStopped()).isFalse();
      assertThat(cluster.spark().sc().getLocalProperty("spark.job.description")).isNull();
    }
  }
}
