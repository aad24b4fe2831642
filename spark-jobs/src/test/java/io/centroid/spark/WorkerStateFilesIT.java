package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.StoredFile;
import io.centroid.nn.Engines;
import io.centroid.run.EarlierRelease;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.ShardSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.JavaConverters;

/**
 * The states of workers on Spark's {@code local-cluster}: kept AdamW states and residuals, twelve
 * times as large as the parameters together, which executors write to files and read from them.
 */
class WorkerStateFilesIT {
  private static final int EXECUTORS = 2;
  private static final int WORKERS = 4;

  /** Of a large model: 784 x 1800 + 1800 + 1800 x 10 + 10. */
  private static final long PARAMETERS = 1_431_010;

  /** Two moments and a residual of each worker: above 64 MiB. */
  private static final long STATE_BYTES = WORKERS * 3 * Float.BYTES * PARAMETERS;

  /**
   * Vectors as long as the parameters: those of this and the last round, what is published of them,
   * the outer optimizer's state, fetched and published. A state of a worker has three.
   */
  private static final long DRIVER_BYTES = 7 * Float.BYTES * PARAMETERS;

  private static final long CHECKPOINT = 10;
  private static final long ROUNDS = 12;

  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir private static Path home;
  @TempDir private Path folder;

  private static LocalCluster cluster;
  private static String onThreads;
  private static String largeOnThreads;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        LocalCluster.start(
            home.resolve("spark"),
            new SparkConf(false)
                .setMaster("local-cluster[" + EXECUTORS + ",1,1024]")
                .setAppName("states of workers"));
    onThreads = onThreads("threads");
    largeOnThreads = onThreads("large-threads");
  }

  private static String onThreads(String name) throws IOException {
    return execute(home, name, FILES, spec -> new LocalShardedData(spec, 2), RunObserver.NONE)
        .parametersSha256();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void executors() throws Exception {
    cluster.awaitExecutors(EXECUTORS);
  }

  @Test
  void noStateIsOnTheDriverAndFilesAndParametersAreThoseOfThreads() throws Exception {
    ResultSizes sizes = new ResultSizes();
    cluster.spark().sc().addSparkListener(sizes);
    Map<Long, Long> live = new TreeMap<>();
    long before = liveArrayBytes();
    RunObserver measuring =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            live.put(state.rounds(), settledArrayBytes(before));
            if (state.rounds() == CHECKPOINT + 1) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    assertThatThrownBy(() -> onSpark("large", measuring)).hasMessage("stopped");
    RunResult resumed =
        onSpark(
            "large",
            new RunObserver() {
              @Override
              public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
                live.put(state.rounds() + 100, settledArrayBytes(before));
              }
            });
    cluster.spark().sc().listenerBus().waitUntilEmpty();
    cluster.spark().sc().removeSparkListener(sizes);

    assertThat(resumed.parametersSha256()).isEqualTo(largeOnThreads);
    assertThat(states("large", ROUNDS))
        .isEqualTo(states(home, "large-threads", ROUNDS))
        .hasSize(WORKERS);
    assertThat(states("large", ROUNDS).values().stream().mapToLong(StoredFile::bytes).sum())
        .isGreaterThan(STATE_BYTES);
    // In the eighth round to a hidden folder, in the tenth and at the end to a checkpoint.
    assertThat(sizes.tasks("writing the state of each worker")).hasSize(3 * WORKERS);
    assertThat(sizes.tasks("reading the state of each worker")).hasSize(WORKERS);
    assertThat(sizes.tasks("fetching the state of each worker")).isEmpty();
    assertThat(sizes.tasks("writing the state of each worker")).allMatch(bytes -> bytes < 10_000);
    assertThat(sizes.tasks("reading the state of each worker")).allMatch(bytes -> bytes < 10_000);
    assertThat(live).containsKeys(8L, CHECKPOINT, CHECKPOINT + 101, ROUNDS + 100);
    for (long round : List.of(8L, CHECKPOINT, CHECKPOINT + 101, ROUNDS + 100)) {
      assertThat(live.get(round)).as("bytes after round " + round).isLessThan(DRIVER_BYTES);
    }
    assertThat(hidden("large")).isEmpty();
  }

  @Test
  void executorsThatAreLostAfterACheckpointReadTheStatesOfIt() throws Exception {
    RunResult result = onSpark("a", after(CHECKPOINT, WorkerStateFilesIT::killExecutors));
    assertThat(result.parametersSha256()).isEqualTo(onThreads);
    assertThat(states("a", ROUNDS)).isEqualTo(states(home, "threads", ROUNDS));
  }

  @Test
  void executorsThatAreLostAfterEightRoundsReadTheHiddenFiles() throws Exception {
    RunResult result =
        onSpark(
            "large",
            after(
                8,
                () -> {
                  assertThat(hidden("large")).hasSize(1);
                  killExecutors();
                }));
    assertThat(result.parametersSha256()).isEqualTo(largeOnThreads);
    assertThat(hidden("large")).isEmpty();
  }

  @Test
  void aFileThatIsDamagedUnderTheRunEndsItWithTheNameOfTheFile() {
    assertThatThrownBy(
            () ->
                onSpark(
                    "large",
                    after(
                        8,
                        () -> {
                          Path file = hidden("large").get(0).resolve("state-3.safetensors");
                          byte[] content = Files.readAllBytes(file);
                          content[content.length - 1] ^= 2;
                          Files.write(file, content);
                          killExecutors();
                        })))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("file:.*/state-3\\.safetensors: SHA-256: expected [0-9a-f]{64} .*");
  }

  @Test
  void aRunOfAnEarlierReleaseIsResumedByTheTasks() throws Exception {
    assertThatThrownBy(
            () ->
                execute(
                    folder,
                    "a",
                    FILES,
                    spec -> new LocalShardedData(spec, 2),
                    after(
                        CHECKPOINT + 1,
                        () -> {
                          throw new IllegalStateException("stopped");
                        })))
        .hasMessage("stopped");
    EarlierRelease.convert(checkpoint(folder, "a", CHECKPOINT));
    assertThat(states("a", CHECKPOINT)).isEmpty();
    ResultSizes sizes = new ResultSizes();
    cluster.spark().sc().addSparkListener(sizes);
    assertThat(onSpark("a", RunObserver.NONE).parametersSha256()).isEqualTo(onThreads);
    cluster.spark().sc().listenerBus().waitUntilEmpty();
    cluster.spark().sc().removeSparkListener(sizes);
    assertThat(sizes.tasks("fetching the state of each worker")).isEmpty();
    assertThat(states("a", ROUNDS)).isEqualTo(states(home, "threads", ROUNDS));
  }

  @Test
  void aTaskThatFailsWhileItWritesIsRepeated() throws Exception {
    Path claims = Files.createDirectory(folder.resolve("claims"));
    RunResult result =
        execute(
            TearingFileSystem.SCHEME + "://" + folder,
            "a",
            new HadoopFiles(TearingFileSystem.configuration(claims)),
            spec -> new SparkShardedData(cluster.spark(), spec, 3),
            RunObserver.NONE);
    assertThat(result.parametersSha256()).isEqualTo(onThreads);
    try (Stream<Path> torn = Files.list(claims)) {
      assertThat(torn).hasSize(WORKERS);
    }
    assertThat(states("a", ROUNDS)).isEqualTo(states(home, "threads", ROUNDS));
    assertThat(hidden("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void statesPassThroughTheDriverIfOnlyItCanWriteThem(boolean visible) throws Exception {
    HadoopFiles files = new HadoopFiles(DriverDiskFileSystem.configuration(visible));
    String runs = DriverDiskFileSystem.SCHEME + "://" + folder;
    Function<ShardSpec, ShardedData> data = spec -> new SparkShardedData(cluster.spark(), spec, 3);
    RunObserver stopping =
        after(
            CHECKPOINT + 1,
            () -> {
              throw new IllegalStateException("stopped");
            });
    assertThatThrownBy(() -> execute(runs, "a", files, data, stopping)).hasMessage("stopped");
    assertThat(states("a", CHECKPOINT)).hasSize(WORKERS);
    RunResult resumed = execute(runs, "a", files, data, RunObserver.NONE);
    assertThat(resumed.parametersSha256()).isEqualTo(onThreads);
    assertThat(states("a", ROUNDS)).isEqualTo(states(home, "threads", ROUNDS));
    assertThat(hidden("a")).isEmpty();
  }

  /** The data key is sent to the tasks, which have no other way to it. */
  @Test
  void encryptedStatesAreWrittenAndReadByExecutors() throws Exception {
    Path key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    HadoopFiles encrypted = FILES.with(Map.of(EncryptionKey.PROPERTY, "file://" + key));
    Function<ShardSpec, ShardedData> data = spec -> new SparkShardedData(cluster.spark(), spec, 3);
    RunObserver stopping =
        after(
            CHECKPOINT + 1,
            () -> {
              throw new IllegalStateException("stopped");
            });
    assertThatThrownBy(() -> execute(folder, "encrypted", encrypted, data, stopping))
        .hasMessage("stopped");
    assertThat(states("encrypted", CHECKPOINT)).hasSize(WORKERS);
    RunResult resumed = execute(folder, "encrypted", encrypted, data, RunObserver.NONE);
    assertThat(resumed.parametersSha256()).isEqualTo(onThreads);
    String step = "encrypted/checkpoints/step-%08d/".formatted(ROUNDS);
    for (int worker = 0; worker < WORKERS; worker++) {
      byte[] stored = Files.readAllBytes(folder.resolve(step + "state-" + worker + ".safetensors"));
      assertThat(new String(stored, StandardCharsets.ISO_8859_1))
          .doesNotContain("\"dtype\"", "residual", "inner.");
    }
    String secret = Files.readString(key).strip();
    assertThat(Arrays.stream(cluster.spark().getConf().getAll()).map(Object::toString))
        .noneMatch(setting -> setting.contains(secret));
    assertThat(hidden("encrypted")).isEmpty();
  }

  private RunResult onSpark(String name, RunObserver observer) throws IOException {
    return execute(
        folder, name, FILES, spec -> new SparkShardedData(cluster.spark(), spec, 3), observer);
  }

  private static RunResult execute(
      Object runs,
      String name,
      HadoopFiles files,
      Function<ShardSpec, ShardedData> data,
      RunObserver observer)
      throws IOException {
    return new TrainingRun(
            RunConfig.load(
                null,
                List.of(
                    "run.dir=" + runs + "/" + name,
                    "data.digits.train=400",
                    "data.digits.test=0",
                    "data.validation-split=0",
                    "model.hidden=[" + (name.startsWith("large") ? 1800 : 40) + "]",
                    "train.workers=" + WORKERS,
                    "train.inner-state=keep",
                    "train.local-steps=1",
                    "train.steps=" + ROUNDS,
                    "train.batch-size=4",
                    "optimizer.name=adamw",
                    "optimizer.learning-rate=0.002",
                    "average.codec=int8",
                    "outer.name=nesterov",
                    "checkpoint.every-rounds=" + CHECKPOINT)),
            files,
            Engines.CPU,
            data,
            observer)
        .execute();
  }

  private interface Event {
    void happen() throws Exception;
  }

  private static RunObserver after(long rounds, Event event) {
    return new RunObserver() {
      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
        if (state.rounds() == rounds) {
          try {
            event.happen();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
      }
    };
  }

  private static void killExecutors() {
    LocalCluster.executors().forEach(ProcessHandle::destroyForcibly);
  }

  private Map<String, StoredFile> states(String name, long step) throws IOException {
    return states(folder, name, step);
  }

  private static Map<String, StoredFile> states(Path runs, String name, long step)
      throws IOException {
    Map<String, StoredFile> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpoint(runs, name, step))) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("state-")) {
          try (InputStream in = Files.newInputStream(file)) {
            found.put(file.getFileName().toString(), StoredFile.of(in));
          }
        }
      }
    }
    return found;
  }

  private static Path checkpoint(Path runs, String name, long step) {
    return runs.resolve(name).resolve("checkpoints/step-%08d".formatted(step));
  }

  private List<Path> hidden(String name) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve(name).resolve("checkpoints"))) {
      return all.filter(path -> path.getFileName().toString().startsWith(".inprogress")).toList();
    }
  }

  /**
   * Bytes more than before, once Spark has removed the broadcasts of the rounds that a replay no
   * longer needs: it removes them in the background, up to eight copies of the parameters after the
   * eighth round.
   */
  private static long settledArrayBytes(long before) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    long bytes = liveArrayBytes() - before;
    while (bytes >= DRIVER_BYTES && System.nanoTime() < deadline) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      bytes = liveArrayBytes() - before;
    }
    return bytes;
  }

  /** Bytes of reachable float and byte arrays in this JVM, the driver's, by a class histogram. */
  private static long liveArrayBytes() {
    String histogram;
    try {
      histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    long bytes = 0;
    Matcher line = Pattern.compile("\\d+:\\s+\\d+\\s+(\\d+)\\s+\\[[FB] ").matcher(histogram);
    while (line.find()) {
      bytes += Long.parseLong(line.group(1));
    }
    return bytes;
  }

  /** Sizes of the results that tasks send to the driver, by the descriptions of their jobs. */
  private static final class ResultSizes extends SparkListener {
    private final Map<Integer, String> stages = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> sizes = new ConcurrentHashMap<>();

    List<Long> tasks(String description) {
      return sizes.getOrDefault(description, List.of());
    }

    @Override
    public void onJobStart(SparkListenerJobStart event) {
      String description = event.properties().getProperty("spark.job.description", "");
      JavaConverters.asJavaCollection(event.stageIds())
          .forEach(stage -> stages.put((Integer) stage, description));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      sizes
          .computeIfAbsent(stages.getOrDefault(event.stageId(), ""), key -> new ArrayList<>())
          .add(event.taskMetrics().resultSize());
    }
  }
}
