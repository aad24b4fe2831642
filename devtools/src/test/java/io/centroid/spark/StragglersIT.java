package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.config.RunConfig;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Slow and hung workers with speculative execution: each run ends bitwise identical to an
 * undisturbed run on threads.
 */
@Tag("long")
class StragglersIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private static Path daemons;
  @TempDir private Path folder;

  private static StandaloneSpark cluster;
  private static JavaSparkContext spark;
  private static Watch watch;
  private static float[] undisturbed = {};

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneSpark(daemons);
    List<String> settings = new ArrayList<>();
    settings.add("spark.master=" + cluster.master());
    conf(settings, "spark.driver.host", "127.0.0.1");
    conf(settings, "spark.driver.bindAddress", "127.0.0.1");
    conf(settings, "spark.ui.enabled", "false");
    conf(settings, "spark.executor.memory", "512m");
    conf(settings, "spark.executor.extraClassPath", System.getProperty("java.class.path"));
    conf(settings, "spark.speculation", "true");
    conf(settings, "spark.speculation.interval", "200ms");
    conf(settings, "spark.speculation.quantile", "0.5");
    conf(settings, "spark.speculation.minTaskRuntime", "2s");
    conf(settings, "spark.task.reaper.pollingInterval", "1s");
    conf(settings, "spark.task.reaper.killTimeout", "15s");
    spark = SparkContexts.start(RunConfig.load(null, settings));
    spark.setLogLevel("ERROR");
    watch = new Watch();
    spark.sc().addSparkListener(watch);
    undisturbed = FaultyRounds.undisturbed();
  }

  private static void conf(List<String> settings, String key, String value) {
    settings.add("spark.conf.\"" + key + "\"=" + value);
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      spark.stop();
    } finally {
      cluster.close();
    }
  }

  @BeforeEach
  void awaitBothExecutors() throws Exception {
    Eventually.await("two executors", LIMIT, () -> executors() == 2);
    watch.speculative.set(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theSpeculativeTaskOfASlowWorkerWins(int slices) throws Exception {
    FaultySource source = new FaultySource(FaultySource.Trouble.HANGS, 1, folder.toString(), 1);
    try (ShardedData data = data(source, slices, RoundLimit.NONE)) {
      assertThat(FaultyRounds.trained(data).parameters()).isEqualTo(undisturbed);
    }
    spark.sc().listenerBus().waitUntilEmpty();
    assertThat(folder.resolve("claim-0")).exists();
    assertThat(watch.speculative).hasPositiveValue();
  }

  /**
   * The first attempt ignores interrupts, wakes up some rounds later and still returns a result.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTaskThatFinishesRoundsLaterDoesNotChangeTheResult(int slices) throws Exception {
    FaultySource source = new FaultySource(FaultySource.Trouble.DEAF, 1, folder.toString(), 1);
    TrainingListener waking =
        new TrainingListener() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            try {
              if (round.number() == 1) {
                Files.createFile(folder.resolve("release"));
                Eventually.await("awake", LIMIT, () -> Files.exists(folder.resolve("woken")));
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        };
    try (ShardedData data = data(source, slices, RoundLimit.NONE)) {
      assertThat(FaultyRounds.trained(data, waking).parameters()).isEqualTo(undisturbed);
    }
    assertThat(watch.speculative).hasPositiveValue();
  }

  /** Both attempts ignore interrupts: the round is canceled and the executors are replaced. */
  @Test
  void executorsOfHungTasksAreReplacedAndTheRoundIsRepeated() throws Exception {
    Set<String> before = Set.copyOf(watch.executors);
    FaultySource source = new FaultySource(FaultySource.Trouble.DEAF, 1, folder.toString(), 2);
    RoundLimit limit = new RoundLimit(Duration.ofSeconds(20), 6);
    try (ShardedData data = data(source, 1, limit)) {
      assertThat(FaultyRounds.trained(data).parameters()).isEqualTo(undisturbed);
    }
    assertThat(folder.resolve("claim-1")).exists();
    assertThat(folder.resolve("woken")).doesNotExist();
    assertThat(watch.executors).hasSizeGreaterThan(before.size());
  }

  private static long executors() {
    return Arrays.stream(spark.sc().statusTracker().getExecutorInfos()).count() - 1;
  }

  private static ShardedData data(FaultySource source, int slices, RoundLimit limit) {
    return new SparkShardedData(spark, FaultyRounds.shards(source), slices, limit);
  }

  private static final class Watch extends SparkListener {
    private final Set<String> executors = ConcurrentHashMap.newKeySet();
    private final AtomicInteger speculative = new AtomicInteger();

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded event) {
      executors.add(event.executorId());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      if (event.taskInfo().speculative()) {
        speculative.incrementAndGet();
      }
    }
  }
}
