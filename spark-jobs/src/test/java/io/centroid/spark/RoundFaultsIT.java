package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.centroid.config.RunConfig;
import io.centroid.data.Split;
import io.centroid.error.WorkerFailure;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.DivergedException;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.RoundTimeoutException;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds that fail, diverge or hang, on an embedded Spark with four attempts per task. */
class RoundFaultsIT {
  @TempDir private Path folder;

  private static JavaSparkContext spark;
  private static float[] undisturbed = {};

  @BeforeAll
  static void start() {
    spark = SparkContexts.start(RunConfig.load(null, List.of("spark.master=local[2,4]")));
    undisturbed = FaultyRounds.undisturbed();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource(names = {"FAR_TARGETS", "NO_NUMBER"})
  void reportsADivergedWorkerIdenticallyWithBothReductions(FaultySource.Trouble trouble) {
    FaultySource source = always(trouble);
    Throwable onThreads;
    try (ShardedData data = new LocalShardedData(FaultyRounds.shards(source), 2)) {
      onThreads = catchThrowable(() -> FaultyRounds.trained(data));
    }
    assertThat(onThreads)
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("training diverged in round 0: ")
        .hasMessageContaining("worker 1 ")
        .hasMessageContaining(trouble == FaultySource.Trouble.NO_NUMBER ? "NaN" : "its limit is ");
    for (int slices : new int[] {1, 2}) {
      try (ShardedData data = data(source, slices, RoundLimit.NONE)) {
        assertThatThrownBy(() -> FaultyRounds.trained(data))
            .isInstanceOf(DivergedException.class)
            .hasMessage(onThreads.getMessage());
      }
    }
    assertThat(spark.getPersistentRDDs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void reportsFileAndRecordOfAnUnreadableShardAfterRetries(int slices) throws Exception {
    JobCounts counts = new JobCounts();
    spark.sc().addSparkListener(counts);
    try (ShardedData data = data(always(FaultySource.Trouble.FAILS), slices, RoundLimit.NONE)) {
      String line =
          "worker 1: /data/rows.csv: after record 23: IllegalStateException: record 25 is odd"
              + " \\(tried 4 times, last on executor driver on \\S+\\)";
      assertThatThrownBy(() -> FaultyRounds.trained(data))
          .isInstanceOf(WorkerFailure.class)
          .hasMessageMatching(line);
      assertThatThrownBy(() -> data.survey(Split.TRAIN))
          .isInstanceOf(WorkerFailure.class)
          .hasMessageMatching(line);
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(counts);
    }
    assertThat(counts.tasks).hasValueBetween(8, 10);
  }

  @Test
  void outOfMemoryNamesTheSettingAndKeepsTheDriverAlive() {
    try (ShardedData data = data(always(FaultySource.Trouble.OUT_OF_MEMORY), 1, RoundLimit.NONE)) {
      assertThatThrownBy(() -> data.survey(Split.TRAIN))
          .isInstanceOf(WorkerFailure.class)
          .hasMessageStartingWith("worker 1: out of memory (Java heap space, the heap is ")
          .hasMessageContaining("raise spark.executor.memory");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void retriedRoundIsBitwiseIdentical(int slices) {
    FaultySource source = new FaultySource(FaultySource.Trouble.HANGS, 1, folder.toString(), 1);
    RoundLimit limit = new RoundLimit(Duration.ofSeconds(6), 3);
    long began = System.nanoTime();
    try (ShardedData data = data(source, slices, limit)) {
      assertThat(FaultyRounds.trained(data).parameters()).isEqualTo(undisturbed);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(limit.timeout());
    assertThat(folder.resolve("claim-0")).exists();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTaskThatFailsTwiceIsCountedTwiceAndItsRoundIsBitwiseIdentical(int slices) {
    FaultySource source = new FaultySource(FaultySource.Trouble.FAILS, 1, folder.toString(), 2);
    List<RoundResult.Faults> faults = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            faults.add(result.faults());
          }
        };
    try (ShardedData data = data(source, slices, RoundLimit.NONE)) {
      assertThat(FaultyRounds.trained(data, listener).parameters()).isEqualTo(undisturbed);
    }
    assertThat(faults).hasSize(FaultyRounds.ROUNDS);
    assertThat(faults.stream().mapToInt(RoundResult.Faults::retriedTasks).sum()).isEqualTo(2);
    assertThat(faults).allMatch(counts -> counts.lostExecutors() == 0);
  }

  @Test
  void timeoutNamesRoundWorkerAndExecutor() {
    FaultySource source = always(FaultySource.Trouble.HANGS);
    try (ShardedData data = data(source, 1, new RoundLimit(Duration.ofSeconds(4), 2))) {
      assertThatThrownBy(() -> FaultyRounds.trained(data))
          .isInstanceOf(RoundTimeoutException.class)
          .hasMessageMatching(
              "round 0 did not finish within train.round-timeout = 4s, in 2 attempts:"
                  + " unfinished workers: 1 \\(executor driver on \\S+\\)");
    }
    assertThat(spark.getPersistentRDDs()).isEmpty();
  }

  private static FaultySource always(FaultySource.Trouble trouble) {
    return new FaultySource(trouble, 1, "", Integer.MAX_VALUE);
  }

  private static ShardedData data(FaultySource source, int slices, RoundLimit limit) {
    return new SparkShardedData(spark, FaultyRounds.shards(source), slices, limit);
  }
}
