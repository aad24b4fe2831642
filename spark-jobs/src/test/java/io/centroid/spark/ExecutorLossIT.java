package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.collection.immutable.Map$;

/**
 * Fault injection on Spark's {@code local-cluster}: executors that are killed, hang or register
 * late. A fast version of the suites on real daemons. Every run must be bitwise identical to local
 * threads.
 */
class ExecutorLossIT {
  private static final int EXECUTORS = 2;

  @TempDir private static Path home;

  private static LocalCluster cluster;

  private final Fault fault = new Fault();

  @BeforeAll
  static void start() throws Exception {
    cluster =
        LocalCluster.start(
            home,
            new SparkConf(false)
                .setMaster("local-cluster[" + EXECUTORS + ",1,1024]")
                .setAppName("lost executors")
                // Detects a hanging executor within seconds.
                .set("spark.executor.heartbeatInterval", "1s")
                .set("spark.network.timeout", "10s")
                .set("spark.network.timeoutInterval", "1s"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void listen() throws Exception {
    cluster.awaitExecutors(EXECUTORS);
    cluster.spark().sc().addSparkListener(fault);
  }

  @AfterEach
  void forget() {
    cluster.spark().sc().removeSparkListener(fault);
    LocalCluster.executors().forEach(executor -> signal("CONT", executor));
  }

  @ParameterizedTest
  @CsvSource({"AVERAGE, 1", "AVERAGE, 2", "KEEP, 1", "KEEP, 2"})
  void runWithAKilledExecutorIsBitwiseIdenticalToThreads(InnerStatePolicy policy, int slices)
      throws Exception {
    FaultTotals totals = new FaultTotals();
    assertThat(trained(policy, slices, fault.in(4, Victims.ONE), totals))
        .isEqualTo(onThreads(policy));
    assertThat(fault.lost()).hasSize(1);
    assertThat(totals.lostExecutors).isEqualTo(1);
    assertThat(totals.retriedTasks).isBetween(1, 10);
    assertThat(totals.beforeTheLoss).isEqualTo(RoundResult.Faults.NONE);
  }

  @ParameterizedTest
  @CsvSource({"AVERAGE, 1", "KEEP, 2"})
  void runWithAllExecutorsKilledIsBitwiseIdenticalToThreads(InnerStatePolicy policy, int slices)
      throws Exception {
    assertThat(trained(policy, slices, fault.in(2, Victims.ONE), fault.in(5, Victims.ALL_OF_THEM)))
        .isEqualTo(onThreads(policy));
    // The replacement of the first executor may register only after the others are killed.
    assertThat(fault.lost()).hasSizeBetween(2, 3);
  }

  @Test
  void replacesAHangingExecutorAndIgnoresItWhenItResumes() throws Exception {
    assertThat(trained(InnerStatePolicy.KEEP, 2, fault.in(4, Victims.ONE_THAT_HANGS)))
        .isEqualTo(onThreads(InnerStatePolicy.KEEP));
    assertThat(fault.lost()).hasSize(1);
    ProcessHandle stale = fault.hung().orElseThrow();
    signal("CONT", stale);
    Eventually.await("the end of the stale executor", LocalCluster.LIMIT, () -> !stale.isAlive());
  }

  @Test
  void runWithALateExecutorIsBitwiseIdenticalToThreads() throws Exception {
    request(1);
    String surplus = String.valueOf(newestExecutor());
    cluster.spark().sc().killExecutor(surplus);
    cluster.awaitExecutors(1);
    TrainingListener late =
        new TrainingListener() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            if (round.number() == 2) {
              request(EXECUTORS);
              try {
                cluster.awaitExecutors(EXECUTORS);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    assertThat(trained(InnerStatePolicy.KEEP, 2, late)).isEqualTo(onThreads(InnerStatePolicy.KEEP));
  }

  private static int newestExecutor() {
    for (int id = 100; id >= 0; id--) {
      if (LocalCluster.executor(String.valueOf(id)).isPresent()) {
        return id;
      }
    }
    throw new AssertionError("there is no executor");
  }

  private static void request(int executors) {
    cluster.spark().sc().requestTotalExecutors(executors, 0, Map$.MODULE$.<String, Object>empty());
  }

  private static float[] trained(
      InnerStatePolicy policy, int slices, TrainingListener... listeners) {
    try (ShardedData data =
        new SparkShardedData(
            cluster.spark(), FaultyRounds.shards(FaultySource.sound()), slices, RoundLimit.NONE)) {
      return FaultyRounds.trained(policy, data, listeners).parameters();
    }
  }

  private static float[] onThreads(InnerStatePolicy policy) {
    try (ShardedData data =
        new LocalShardedData(FaultyRounds.shards(FaultySource.sound()), EXECUTORS)) {
      return FaultyRounds.trained(policy, data).parameters();
    }
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sums the failures of all rounds: Spark reports a loss asynchronously. */
  private static final class FaultTotals implements TrainingListener {
    private int retriedTasks;
    private int lostExecutors;
    private RoundResult.Faults beforeTheLoss = new RoundResult.Faults(-1, -1);

    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      retriedTasks += result.faults().retriedTasks();
      lostExecutors += result.faults().lostExecutors();
      if (round.number() == 2) {
        beforeTheLoss = new RoundResult.Faults(retriedTasks, lostExecutors);
      }
    }
  }

  private enum Victims {
    ONE,
    ALL_OF_THEM,
    /** Stopped by SIGSTOP, not killed. */
    ONE_THAT_HANGS
  }

  /**
   * Stops the executors before a round and kills when the round's first task has been sent to one
   * of them, so that an executor always dies with an unfinished task.
   */
  private static final class Fault extends SparkListener {
    private final AtomicBoolean armed = new AtomicBoolean();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile Victims victims = Victims.ONE;
    private volatile Optional<ProcessHandle> hung = Optional.empty();

    TrainingListener in(long roundNumber, Victims whom) {
      return new TrainingListener() {
        @Override
        public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
          if (round.number() + 1 == roundNumber) {
            victims = whom;
            LocalCluster.executors().forEach(executor -> signal("STOP", executor));
            armed.set(true);
          }
        }
      };
    }

    /** Ids of the executors that Spark has removed. */
    List<String> lost() throws Exception {
      Eventually.await("Spark notices the loss", LocalCluster.LIMIT, () -> !lost.isEmpty());
      cluster.spark().sc().listenerBus().waitUntilEmpty();
      return new ArrayList<>(lost);
    }

    Optional<ProcessHandle> hung() {
      return hung;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      if (!armed.compareAndSet(true, false)) {
        return;
      }
      ProcessHandle one = LocalCluster.executor(event.taskInfo().executorId()).orElseThrow();
      switch (victims) {
        case ONE -> one.destroyForcibly();
        case ALL_OF_THEM -> LocalCluster.executors().forEach(ProcessHandle::destroyForcibly);
        case ONE_THAT_HANGS -> hung = Optional.of(one);
      }
      for (ProcessHandle executor : LocalCluster.executors()) {
        if (!(victims == Victims.ONE_THAT_HANGS && executor.equals(one))) {
          signal("CONT", executor);
        }
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
      lost.add(event.executorId());
    }
  }
}
