package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.Eventually;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A training on a cluster that faults are injected into. Its rounds take long enough to be hit in
 * the middle of a task, and it tells on standard error how long the fault was felt.
 */
final class DisturbedRun implements AutoCloseable {
  static final int ROUNDS = 12;
  static final int CHECKPOINT_EVERY = 3;

  /** Several hundred milliseconds of computing for each task; every round is an epoch. */
  private static final List<String> LONG_ROUNDS =
      List.of(
          "model.hidden=[800]",
          "train.local-steps=125",
          "train.steps=0",
          "train.epochs=" + ROUNDS,
          "data.validation-split=0",
          "checkpoint.every-rounds=" + CHECKPOINT_EVERY);

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration STILL = Duration.ofSeconds(8);
  private static final long BUSY_TICKS = 5;

  private final TrainingCluster cluster;
  private final String run;
  private final Submitted train;
  private long hitNanos;

  private DisturbedRun(TrainingCluster cluster, String run, Submitted train) {
    this.cluster = cluster;
    this.run = run;
    this.train = train;
  }

  static DisturbedRun start(TrainingCluster cluster, String name, String... settings)
      throws IOException {
    return start(cluster, name, List.of(), settings);
  }

  /**
   * Starts the run, or goes on with it.
   *
   * @param options of {@code submit}
   */
  static DisturbedRun start(
      TrainingCluster cluster, String name, List<String> options, String... settings)
      throws IOException {
    String run = "runs/" + name;
    return new DisturbedRun(
        cluster, run, cluster.train(options, settings("run.dir=" + run, settings)));
  }

  /** What such a run ends with when nothing disturbs it. */
  static String undisturbed(TrainingCluster cluster, String... settings) throws IOException {
    return cluster.undisturbed(settings("run.name=undisturbed", settings));
  }

  private static String[] settings(String first, String... more) {
    List<String> all = new ArrayList<>(LONG_ROUNDS);
    all.add(first);
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  Submitted train() {
    return train;
  }

  String path() {
    return run;
  }

  /**
   * The last round that metrics.jsonl tells of; 0 before the first. To be asked after a fault was
   * injected, since asking takes a moment.
   */
  long lastRound() throws IOException {
    List<Long> rounds = cluster.rounds(run);
    return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1);
  }

  /** Waits until a round is done; the run must still be going on. */
  void awaitRound(long round) throws Exception {
    await("round " + round, () -> lastRound() >= round);
  }

  /** Waits until a process has computed for a while: it is inside a task then. */
  void awaitBusy(ProcessHandle executor) throws Exception {
    long before = ticks(executor);
    await("work of " + executor.pid(), () -> ticks(executor) >= before + BUSY_TICKS);
  }

  /**
   * Stops an executor at a moment when it surely has a task: the run stands still until the task is
   * done. Too short for Spark to take the executor for dead.
   */
  void freezeInTask(ProcessHandle executor) throws Exception {
    awaitBusy(executor);
    signal("STOP", executor);
    AtomicLong round = new AtomicLong(lastRound());
    AtomicLong since = new AtomicLong(System.nanoTime());
    await(
        "a round that does not end",
        () -> {
          long last = lastRound();
          if (round.getAndSet(last) != last) {
            since.set(System.nanoTime());
          }
          return System.nanoTime() - since.get() > STILL.toNanos();
        });
  }

  /** Waits for something; the run must still be going on. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    Eventually.await(what, LIMIT, () -> !train.isAlive() || condition.call());
    assertThat(train.isAlive()).as(() -> "before " + what + ": " + train.errors()).isTrue();
  }

  /** From here on it is counted how long the fault is felt. */
  void hit() {
    hitNanos = System.nanoTime();
  }

  double secondsSinceHit() {
    return (System.nanoTime() - hitNanos) / 1e9;
  }

  /** Waits until the driver's log says something, and returns the seconds since the fault. */
  double detected(String sign) throws Exception {
    await(sign, () -> train.errors().contains(sign));
    return secondsSinceHit();
  }

  /** Waits for one more round than there were, and returns the seconds since the fault. */
  double goesOnAfter(long round) throws Exception {
    awaitRound(round + 1);
    return secondsSinceHit();
  }

  /** The run's end: the bits of an undisturbed one, and each round told once. */
  void endsWith(String sha256) throws Exception {
    endsWith(sha256, ROUNDS);
  }

  /** The same of a run whose settings give it another number of rounds. */
  void endsWith(String sha256, int count) throws Exception {
    JsonNode result = train.json();
    assertThat(result.path("parametersSha256").asText()).as(train.errors()).isEqualTo(sha256);
    assertThat(cluster.rounds(run)).isEqualTo(Stream.iterate(1L, i -> i + 1).limit(count).toList());
  }

  /** One line for those who keep the table of faults. */
  static void report(String format, Object... values) throws IOException {
    System.err.printf(
        Locale.ROOT,
        "fault %s [load %s]%n",
        String.format(Locale.ROOT, format, values),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  /** Sends a signal that Java has no method for. */
  static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).as("kill -%s %d", name, process.pid()).isZero();
  }

  /** User time of a process, in hundredths of a second. */
  private static long ticks(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[11]);
  }

  @Override
  public void close() {
    train.close();
  }
}
