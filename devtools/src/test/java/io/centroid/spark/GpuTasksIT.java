package io.centroid.spark;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Cluster;
import io.centroid.Eventually;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.device.Device;
import io.centroid.device.FakeNvidiaSmi;
import io.centroid.error.InputException;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.RunResult;
import io.centroid.spark.RehearsalEngine.Computation;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rehearsal of GPU scheduling on Spark daemons: two Workers with four cores, and two devices that
 * a fake nvidia-smi reports to the discovery script and to the executors.
 */
class GpuTasksIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int ROUNDS = 100;

  @TempDir private static Path daemons;
  @TempDir private Path folder;

  private static StandaloneSpark cluster;
  private @Nullable JavaSparkContext spark;
  private final List<String> notes = new ArrayList<>();
  private final List<String> details = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    // An executor runs in WORK/APPLICATION/NUMBER; each Worker stands for a machine of its own.
    FakeNvidiaSmi.running(
        daemons,
        """
        machine=$(pwd | sed 's:/[^/]*/[^/]*$::' | cksum | cut -d ' ' -f 1)
        for gpu in 0 1; do
          if [ "$1" = -L ]; then
            echo "GPU $gpu: NVIDIA H100 80GB HBM3 (UUID: GPU-$machine-$gpu)"
          else
            echo "$gpu, GPU-$machine-$gpu, NVIDIA H100 80GB HBM3, 9.0, 81559, 81000, 580.65.06"
          fi
        done
        """);
    cluster = StandaloneSpark.withGpus(daemons, 4, 2, daemons);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void stopContext() {
    if (spark != null) {
      spark.stop();
    }
  }

  private RunConfig configuration(String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("spark.master=" + cluster.master());
    settings.add("spark.executor-timeout=60s");
    conf(settings, "spark.driver.host", "127.0.0.1");
    conf(settings, "spark.driver.bindAddress", "127.0.0.1");
    conf(settings, "spark.ui.enabled", "false");
    conf(settings, "spark.executor.memory", "512m");
    conf(settings, "spark.executor.extraClassPath", System.getProperty("java.class.path"));
    conf(settings, "spark.executorEnv.PATH", daemons + ":" + System.getenv("PATH"));
    conf(settings, "spark.locality.wait", "1s");
    settings.addAll(
        List.of(
            "run.dir=" + folder.resolve("run"),
            "data.digits.train=800",
            "data.digits.test=80",
            "data.validation-split=0.1",
            "model.hidden=[16]",
            "train.workers=8",
            "train.local-steps=2",
            "train.batch-size=10",
            "train.inner-state=keep",
            "train.steps=" + 2 * ROUNDS,
            "checkpoint.every-rounds=20"));
    settings.addAll(List.of(more));
    return RunConfig.load(null, settings);
  }

  private static void conf(List<String> settings, String key, String value) {
    settings.add("spark.conf.\"" + key + "\"=" + value);
  }

  private static String gpusOfAnExecutor() {
    return "spark.conf.\"spark.executor.resource.gpu.amount\"=2";
  }

  private Engines engines(int capability) {
    return Engines.of(new RehearsalEngine(Device.Kind.CPU, folder.toString(), capability));
  }

  private JavaSparkContext context(RunConfig config) {
    JavaSparkContext started = SparkContexts.start(config);
    spark = started;
    started.setLogLevel("ERROR");
    return started;
  }

  private RunResult train(RunConfig config, int capability, RunObserver observer)
      throws IOException {
    return Trainer.run(config, engines(capability), SparkCluster.of(context(config)), observer);
  }

  private String onThreads() throws IOException {
    RunConfig config =
        configuration(
            "compute.device=cpu", "compute.workers=local", "run.dir=" + folder.resolve("threads"));
    return Trainer.run(config, engines(90), Cluster.threads(2), RunObserver.NONE)
        .parametersSha256();
  }

  private List<String> notesOfAResumedRunOnCpus() throws IOException {
    notes.clear();
    RunConfig config =
        configuration(
            "compute.device=cpu", "compute.workers=local", "train.steps=" + 2 * (ROUNDS + 1));
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        };
    Trainer.run(config, engines(90), Cluster.threads(2), observer);
    return notes;
  }

  /** Kills an executor after some rounds, and collects notes. */
  private final class Disturbing implements RunObserver {
    private int killed;

    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
      if (round.number() % 25 == 12) {
        List<ProcessHandle> executors = cluster.executors();
        executors.get(killed++ % executors.size()).destroyForcibly();
      }
    }

    @Override
    public void onNote(String note) {
      notes.add(note);
    }

    @Override
    public void onDetail(String detail) {
      details.add(detail);
    }
  }

  /** With aggregation by the driver. */
  @Test
  void tasksHaveADeviceOfTheirOwnAlsoWhenExecutorsAreKilled() throws Exception {
    trainWhileExecutorsAreKilled(1);
  }

  @Test
  @Tag("long")
  void soTheyHaveWithAggregationOnTheExecutors() throws Exception {
    trainWhileExecutorsAreKilled(3);
  }

  private void trainWhileExecutorsAreKilled(int slices) throws Exception {
    Disturbing observer = new Disturbing();
    RunConfig config = configuration(gpusOfAnExecutor(), "average.slices=" + slices);
    JavaSparkContext context = context(config);
    Eventually.await("two executors", LIMIT, () -> cluster.executors().size() == 2);
    Eventually.await(
        "two registered", LIMIT, () -> context.sc().statusTracker().getExecutorInfos().length == 3);
    RunResult result = Trainer.run(config, engines(90), SparkCluster.of(context), observer);

    assertThat(result.rounds()).isEqualTo(ROUNDS);
    assertThat(observer.killed).isEqualTo(4);
    assertThat(result.parametersSha256()).isEqualTo(onThreads());
    assertThat(notes)
        .contains(
            "compute.device = auto: cuda, since the rehearsal can use all 4 GPUs of 2 executors");
    assertThat(details).anyMatch(detail -> detail.startsWith("a worker needs about "));
    assertThat(details).anyMatch(detail -> detail.endsWith(" GiB, GPU 1.50 GiB)"));
    assertThat(result.memory().workers().device()).isEqualTo(RehearsalEngine.PEAK_BYTES);
    assertThat(Files.readString(folder.resolve("run/effective.conf"))).contains("device=cuda");

    assertThat(notesOfAResumedRunOnCpus())
        .anyMatch(note -> note.contains("device=cuda in the checkpoint, cpu now"));

    List<Computation> computations = computations();
    assertThat(computations).hasSizeGreaterThanOrEqualTo(8 * 2 * ROUNDS);
    computations.stream()
        .collect(groupingBy(found -> found.machine() + " " + found.address()))
        .forEach((device, own) -> assertThat(most(own)).as(device).isEqualTo(1));
    Map<String, List<Computation>> byMachine =
        computations.stream().collect(groupingBy(Computation::machine));
    assertThat(byMachine).hasSize(2);
    byMachine.forEach(
        (machine, own) -> {
          assertThat(most(own)).as(machine).isEqualTo(2);
          assertThat(own).extracting(Computation::address).contains("0", "1");
        });
  }

  @Test
  void aGpuWithoutCodeEndsTheRunBeforeAnythingIsWritten() {
    assertThatThrownBy(
            () ->
                train(
                    configuration(gpusOfAnExecutor(), "compute.device=cuda"), 75, RunObserver.NONE))
        .isInstanceOf(InputException.class)
        .message()
        .matches(
            "compute\\.device = cuda: executor \\d on 127\\.0\\.0\\.\\d: GPU 0: NVIDIA H100 80GB HBM3"
                + " has compute capability 9\\.0; the rehearsal has code for 7\\.5 \\(and \\d more\\)");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void executorsWithoutGpusAreReportedWithTheSettingsThatGiveThemSome() {
    assertThatThrownBy(() -> train(configuration("compute.device=cuda"), 90, RunObserver.NONE))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda: "
                + cluster.master()
                + ": no GPU can be used: the executors have none: set"
                + " spark.executor.resource.gpu.amount to the number of GPUs of an executor, and"
                + " spark.executor.resource.gpu.discoveryScript to deploy/gpu/discover-gpus.sh on"
                + " the Workers");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private List<Computation> computations() throws IOException {
    List<Computation> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".txt")).toList()) {
        // A killed process may not have completed its last line.
        Files.readString(file)
            .lines()
            .filter(line -> line.matches("\\S+ \\d+ \\d+ \\d{10,}"))
            .map(Computation::parse)
            .forEach(all::add);
      }
    }
    return all;
  }

  /** The most computations at a time. */
  private static int most(List<Computation> computations) {
    record Event(long time, int change) {}
    List<Event> events =
        computations.stream()
            .flatMap(found -> Stream.of(new Event(found.start(), 1), new Event(found.end(), -1)))
            .sorted(Comparator.comparingLong(Event::time).thenComparingInt(Event::change))
            .toList();
    int running = 0;
    int most = 0;
    for (Event event : events) {
      running += event.change();
      most = Math.max(most, running);
    }
    return most;
  }
}
