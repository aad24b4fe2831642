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
 * A training run with injected faults. Its rounds are long enough for faults during a task. It
 * reports on standard error how long a fault lasts.
 */
final class DisturbedRun implements AutoCloseable {
  static final int ROUNDS = 12;
  static final int CHECKPOINT_EVERY = 3;

  /** Several hundred milliseconds of computation per task; every round is an epoch. */
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
   * Starts or resumes the run.
   *
   * @param options options of {@code submit}
   */
  static DisturbedRun start(
      TrainingCluster cluster, String name, List<String> options, String... settings)
      throws IOException {
    String run = "runs/" + name;
    return new DisturbedRun(
        cluster, run, cluster.train(options, settings("run.dir=" + run, settings)));
  }

  /** Expected hash of the parameters of an undisturbed run. */
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
   * Last round in metrics.jsonl; 0 before the first. Call it after the injection of a fault, since
   * it takes time.
   */
  long lastRound() throws IOException {
    List<Long> rounds = cluster.rounds(run);
    return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1);
  }

  /** Waits until a round is complete and requires that the run is still training. */
  void awaitRound(long round) throws Exception {
    await("round " + round, () -> lastRound() >= round);
  }

  /** Waits until a process has used CPU time, so that it is running a task. */
  void awaitBusy(ProcessHandle executor) throws Exception {
    long before = ticks(executor);
    await("work of " + executor.pid(), () -> ticks(executor) >= before + BUSY_TICKS);
  }

  /**
   * Stops an executor during a task, so that the round cannot finish, but not long enough for Spark
   * to consider it lost.
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

  /** Waits for a condition and requires that the run is still training. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    Eventually.await(what, LIMIT, () -> !train.isAlive() || condition.call());
    assertThat(train.isAlive()).as(() -> "before " + what + ": " + train.errors()).isTrue();
  }

  /** Records the time of the fault. */
  void hit() {
    hitNanos = System.nanoTime();
  }

  double secondsSinceHit() {
    return (System.nanoTime() - hitNanos) / 1e9;
  }

  /** Waits until the driver's log contains a text and returns the seconds since the fault. */
  double detected(String text) throws Exception {
    await(text, () -> train.errors().contains(text));
    return secondsSinceHit();
  }

  /** Waits for the round after a given one and returns the seconds since the fault. */
  double secondsToRoundAfter(long round) throws Exception {
    awaitRound(round + 1);
    return secondsSinceHit();
  }

  /**
   * Requires that the run ends bitwise identical to an undisturbed one, with each round in the
   * metrics once.
   */
  void requireResult(String sha256) throws Exception {
    requireResult(sha256, ROUNDS);
  }

  /** As above, for a run with another number of rounds. */
  void requireResult(String sha256, int count) throws Exception {
    JsonNode result = train.json();
    assertThat(result.path("parametersSha256").asText()).as(train.errors()).isEqualTo(sha256);
    assertThat(cluster.rounds(run)).isEqualTo(Stream.iterate(1L, i -> i + 1).limit(count).toList());
  }

  /** Prints one line for the table of faults. */
  static void report(String format, Object... values) throws IOException {
    System.err.printf(
        Locale.ROOT,
        "fault %s [load %s]%n",
        String.format(Locale.ROOT, format, values),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  /** Sends a signal to a process. */
  static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).as("kill -%s %d", name, process.pid()).isZero();
  }

  /** User CPU time of a process in hundredths of a second. */
  private static long ticks(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[11]);
  }

  @Override
  public void close() {
    train.close();
  }
}
