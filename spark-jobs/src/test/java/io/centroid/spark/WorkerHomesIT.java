package io.centroid.spark;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.collection.immutable.Map$;

/**
 * Executors that come, go and are replaced during a run, on Spark's {@code local-cluster}: workers
 * move to them, each new home reads a shard once, and the run is bitwise identical to local
 * threads.
 */
class WorkerHomesIT {
  private static final int EXECUTORS = 3;
  private static final int WORKERS = 6;

  /** Tasks that Spark placed: executors by worker and stage name. */
  private final Places places = new Places();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"AVERAGE, 1", "KEEP, 2"})
  void lateExecutorsGetTheirShareOfTheWorkers(InnerStatePolicy policy, int slices)
      throws Exception {
    try (LocalCluster cluster = start(new SparkConf(false))) {
      cluster.awaitExecutors(EXECUTORS);
      request(cluster, 1);
      newest(2).forEach(id -> cluster.spark().sc().killExecutor(String.valueOf(id)));
      cluster.awaitExecutors(1);
      TrainingListener late =
          after(
              Map.of(
                  1L, () -> grow(cluster, 2),
                  3L, () -> grow(cluster, 3)));
      assertThat(trained(cluster, policy, slices, late)).isEqualTo(onThreads(policy));
      assertThat(places.tasksByExecutor("round 0:")).containsExactly(6L);
      assertThat(places.tasksByExecutor("round 3:")).containsExactly(3L, 3L);
      assertThat(places.tasksByExecutor("round 7:")).containsExactly(2L, 2L, 2L);
      assertThat(places.tasksByExecutor("evaluation")).containsExactly(2L, 2L, 2L);
      assertThat(readsByExecutor()).containsExactly(2L, 3L, 6L);
    }
  }

  @ParameterizedTest
  @CsvSource({"AVERAGE, 1", "KEEP, 2"})
  void lostExecutorsWorkersAreSharedByTheOthersUntilItIsReplaced(
      InnerStatePolicy policy, int slices) throws Exception {
    try (LocalCluster cluster = start(new SparkConf(false))) {
      cluster.awaitExecutors(EXECUTORS);
      TrainingListener loss =
          after(
              Map.of(
                  2L, () -> loseExecutorOf(cluster, 0),
                  4L, () -> grow(cluster, 3)));
      assertThat(trained(cluster, policy, slices, loss)).isEqualTo(onThreads(policy));
      assertThat(places.tasksByExecutor("round 2:")).containsExactly(2L, 2L, 2L);
      assertThat(places.tasksByExecutor("round 4:")).containsExactly(3L, 3L);
      assertThat(places.tasksByExecutor("round 7:")).containsExactly(2L, 2L, 2L);
      // Two shards are read twice again: by the survivors, and by the replacement.
      assertThat(readsByExecutor()).containsExactly(2L, 2L, 3L, 3L);
    }
  }

  /** With one executor at first, because Spark requests others for tasks that wait. */
  @Test
  void dynamicallyAllocatedExecutorsGetTheirShareOfTheWorkers() throws Exception {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.dynamicAllocation.enabled", "true")
            .set("spark.dynamicAllocation.shuffleTracking.enabled", "true")
            .set("spark.dynamicAllocation.initialExecutors", "1")
            .set("spark.dynamicAllocation.minExecutors", "1")
            .set("spark.dynamicAllocation.maxExecutors", String.valueOf(EXECUTORS));
    Files.createFile(folder.resolve(CountedSource.CLOSED));
    try (LocalCluster cluster = start(conf)) {
      AtomicInteger executors = new AtomicInteger();
      cluster
          .spark()
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onExecutorAdded(SparkListenerExecutorAdded event) {
                  if (executors.incrementAndGet() == EXECUTORS) {
                    delete(folder.resolve(CountedSource.CLOSED));
                  }
                }
              });
      assertThat(trained(cluster, InnerStatePolicy.KEEP, 1, after(Map.of())))
          .isEqualTo(onThreads(InnerStatePolicy.KEEP));
      assertThat(places.tasksByExecutor("round 7:")).containsExactly(2L, 2L, 2L);
      assertThat(readsByExecutor().stream().mapToLong(Long::longValue).sum())
          .isBetween(6L, 6L + 4L);
    }
  }

  private LocalCluster start(SparkConf conf) throws IOException {
    LocalCluster cluster =
        LocalCluster.start(
            Files.createDirectory(folder.resolve("spark")),
            conf.setMaster("local-cluster[" + EXECUTORS + ",1,1024]")
                .setAppName("homes")
                // Executors that start fast.
                .set("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
                // Slow machine: a task must not leave its home because another one takes long.
                .set("spark.locality.wait", "2m"));
    cluster.spark().sc().addSparkListener(places);
    return cluster;
  }

  private float[] trained(
      LocalCluster cluster, InnerStatePolicy policy, int slices, TrainingListener listener)
      throws Exception {
    WorkerSpec spec = FaultyRounds.spec(policy, WORKERS);
    ExampleSource source = new CountedSource(folder.toString());
    try (ShardedData data =
        new SparkShardedData(
            cluster.spark(), FaultyRounds.shards(source, WORKERS), slices, RoundLimit.NONE)) {
      float[] parameters = FaultyRounds.trained(spec, data, listener).parameters();
      data.evaluate(spec.scoring(), EvaluationSet.TRAIN, parameters);
      cluster.spark().sc().listenerBus().waitUntilEmpty();
      return parameters;
    }
  }

  private static float[] onThreads(InnerStatePolicy policy) {
    try (ShardedData data =
        new LocalShardedData(FaultyRounds.shards(FaultySource.sound(), WORKERS), 1)) {
      return FaultyRounds.trained(FaultyRounds.spec(policy, WORKERS), data).parameters();
    }
  }

  private interface Event {
    void happens() throws Exception;
  }

  private static TrainingListener after(Map<Long, Event> rounds) {
    return new TrainingListener() {
      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
        try {
          rounds.getOrDefault(round.number(), () -> {}).happens();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static void request(LocalCluster cluster, int executors) {
    cluster.spark().sc().requestTotalExecutors(executors, 0, Map$.MODULE$.<String, Object>empty());
  }

  private static void grow(LocalCluster cluster, int executors) throws Exception {
    request(cluster, executors);
    cluster.awaitExecutors(executors);
  }

  /** Kills the executor of a worker; it is not replaced until more executors are requested. */
  private void loseExecutorOf(LocalCluster cluster, int worker) throws Exception {
    cluster.spark().sc().listenerBus().waitUntilEmpty();
    String executor = places.executorOf("round 2:", worker);
    request(cluster, EXECUTORS - 1);
    LocalCluster.executor(executor).orElseThrow().destroyForcibly();
    cluster.awaitExecutors(EXECUTORS - 1);
  }

  private static List<Integer> newest(int count) {
    return IntStream.range(0, 10)
        .boxed()
        .filter(id -> LocalCluster.executor(String.valueOf(id)).isPresent())
        .sorted(Comparator.reverseOrder())
        .limit(count)
        .toList();
  }

  /** Numbers of reads by executor, ascending. No executor has read a shard twice. */
  private List<Long> readsByExecutor() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> reads =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("read "))
              .map(name -> name.substring(0, name.lastIndexOf(' ')))
              .toList();
      assertThat(reads).doesNotHaveDuplicates();
      return reads.stream()
          .collect(groupingBy(name -> name.substring(name.lastIndexOf(' ')), counting()))
          .values()
          .stream()
          .sorted()
          .toList();
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records reads as files, across processes; a read waits while the folder is closed. */
  private record CountedSource(String folder) implements ExampleSource {
    static final String CLOSED = "closed";

    @Override
    public SourceSchema schema(Split split) {
      return FaultySource.sound().schema(split);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      String executor = SparkEnv.get().executorId();
      try {
        Files.createFile(
            Path.of(folder, "read " + worker + " " + executor + " " + UUID.randomUUID()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      while (Files.exists(Path.of(folder, CLOSED)) && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(20_000_000);
      }
      FaultySource.sound().read(split, seed, worker, workers, sink);
    }
  }

  /** The executors of the workers' tasks by the description of their job. */
  private static final class Places extends SparkListener {
    private final Map<Integer, String> names = new ConcurrentHashMap<>();
    private final Map<String, Map<Integer, String>> executors = new ConcurrentHashMap<>();

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
      String job = event.properties().getProperty("spark.job.description");
      if (job != null && event.stageInfo().numTasks() == WORKERS) {
        names.put(event.stageInfo().stageId(), job);
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      String name = names.get(event.stageId());
      if (name != null) {
        executors
            .computeIfAbsent(name, any -> new ConcurrentHashMap<>())
            .put(event.taskInfo().partitionId(), event.taskInfo().executorId());
      }
    }

    String executorOf(String job, int worker) {
      return String.valueOf(workers(job).get(worker));
    }

    List<Long> tasksByExecutor(String job) {
      return workers(job).values().stream()
          .collect(groupingBy(id -> id, counting()))
          .values()
          .stream()
          .sorted()
          .toList();
    }

    private Map<Integer, String> workers(String job) {
      Set<Map<Integer, String>> found = new HashSet<>();
      executors.forEach(
          (name, places) -> {
            if (name.startsWith(job)) {
              found.add(places);
            }
          });
      assertThat(found).as(job).hasSize(1);
      return new TreeMap<>(found.iterator().next());
    }
  }
}
