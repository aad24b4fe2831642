package io.centroid.chaos;

import io.centroid.chaos.Training.FinishedRun;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Fault injection test: starts a cluster, trains one run after another on it, kills its processes
 * at random, and verifies the results. All runs have the same configuration, so each must end with
 * the parameters of the undisturbed run.
 */
public final class ChaosRun {
  private static final String RUNS = "runs";
  private static final Duration LAST_RUN_LIMIT = Duration.ofMinutes(10);
  private static final Duration ENDING_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Launch launch;
  private final ChaosSettings settings;
  private final List<String> arguments;
  private final Consumer<String> progress;
  private final Map<FaultKind, Integer> faults = new EnumMap<>(FaultKind.class);
  private final List<Long> redone = new ArrayList<>();

  /**
   * Creates a fault injection test.
   *
   * @param arguments command under test, {@code train} with its settings but without {@code
   *     run.dir}
   * @param progress receives one line per event
   */
  public ChaosRun(
      Launch launch, ChaosSettings settings, List<String> arguments, Consumer<String> progress) {
    this.launch = launch;
    this.settings = settings;
    this.arguments = List.copyOf(arguments);
    this.progress = progress;
  }

  /** Runs the test. Ends every process that it started, also on failure. */
  public ChaosReport execute() throws IOException, InterruptedException {
    Files.createDirectories(launch.folder().resolve("drivers"));
    Files.createDirectories(launch.temporary());
    progress.accept("training undisturbed, on threads");
    String expected = Training.undisturbed(launch, arguments).path("parametersSha256").asText();
    DevelopmentCluster cluster = new DevelopmentCluster(launch.home(), launch.cluster(), progress);
    Training training = new Training(launch, arguments, progress);
    ClusterGuard guard = new ClusterGuard(training::kill, cluster::stop);
    ClusterStatus status = guard.start(() -> cluster.start(settings.cluster()));
    List<String> leftovers = new ArrayList<>();
    Commits commits;
    try (FileSystem hdfs = client(cluster, status)) {
      hdfs.mkdirs(hdfs.getHomeDirectory());
      commits = new Commits(hdfs, training::directory);
      disturb(cluster, training, commits);
      training.finishedRuns().forEach(run -> leftovers.addAll(damaged(hdfs, run)));
      leftovers.addAll(remaining(() -> onHdfs(hdfs)));
    } finally {
      guard.close();
    }
    leftovers.addAll(remaining(() -> Leftovers.processes(launch.folder())));
    leftovers.addAll(remaining(() -> Leftovers.files(launch.temporary())));
    return new ChaosReport(
        settings,
        expected,
        Map.copyOf(faults),
        commits.recoveries(),
        List.copyOf(redone),
        training.finishedRuns(),
        training.starts(),
        training.stops(),
        leftovers);
  }

  private static FileSystem client(DevelopmentCluster cluster, ClusterStatus status)
      throws IOException {
    Configuration configuration = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      configuration.addResource(cluster.configuration().resolve(name).toUri().toURL());
    }
    return FileSystem.newInstance(URI.create(status.hdfs()), configuration);
  }

  private void disturb(DevelopmentCluster cluster, Training training, Commits commits)
      throws InterruptedException {
    FutureTask<Void> trained = new FutureTask<>(training, null);
    Thread supervisor = daemon(trained, "chaos-training");
    Thread watch = daemon(commits, "chaos-commits");
    Daemons daemons = new Daemons(cluster);
    FaultPlan plan = new FaultPlan(settings.seed(), settings.kinds(), settings.meanPause());
    long end = System.nanoTime() + settings.length().toNanos();
    PlannedFault next = plan.next();
    long due = System.nanoTime() + next.pause().toNanos();
    while (System.nanoTime() < end && !trained.isDone()) {
      daemons.startDue().ifPresent(name -> progress.accept("restarted " + name));
      if (System.nanoTime() >= due) {
        injectFault(next, daemons, training, commits);
        next = plan.next();
        due = System.nanoTime() + next.pause().toNanos();
      }
      Thread.sleep(POLL.toMillis());
    }
    progress.accept("no more faults");
    daemons.startAll();
    training.finish();
    await(trained);
    watch.interrupt();
    watch.join();
    supervisor.join();
  }

  private void injectFault(
      PlannedFault fault, Daemons daemons, Training training, Commits commits) {
    String victim =
        switch (fault.kind()) {
          case EXECUTOR -> killExecutor(fault, daemons);
          case DRIVER -> training.killDriver().map(driver -> "driver " + driver.pid()).orElse("");
          case WORKER -> kill(fault, daemons, "worker-", 1);
          case DATANODE -> kill(fault, daemons, "datanode-", 1);
          case MASTER -> kill(fault, daemons, "master", 0);
          case NAMENODE -> kill(fault, daemons, "namenode", 0);
        };
    if (victim.isEmpty()) {
      return; // No such process is running.
    }
    progress.accept("killed " + victim);
    faults.merge(fault.kind(), 1, Integer::sum);
    commits.onFault(fault.kind());
    // A stopped NameNode is not queried, since only this thread restarts it.
    if (fault.kind() == FaultKind.DRIVER && !daemons.alive("namenode").isEmpty()) {
      commits.uncommittedRounds().ifPresent(redone::add);
    }
  }

  private static String killExecutor(PlannedFault fault, Daemons daemons) {
    Optional<ProcessHandle> executor = choose(fault, daemons.executors());
    executor.ifPresent(ProcessHandle::destroyForcibly);
    return executor.map(process -> "executor " + process.pid()).orElse("");
  }

  /**
   * Kills a daemon whose name starts with a prefix, if more than {@code left} of them are alive.
   */
  private static String kill(PlannedFault fault, Daemons daemons, String prefix, int left) {
    List<String> alive = daemons.alive(prefix);
    if (alive.size() <= left) {
      return "";
    }
    String name = choose(fault, alive).orElseThrow();
    daemons.kill(name, fault.downtime());
    return name;
  }

  private static <T> Optional<T> choose(PlannedFault fault, List<T> candidates) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get((int) (fault.choice() * candidates.size())));
  }

  private static void await(FutureTask<Void> trained) throws InterruptedException {
    try {
      trained.get(LAST_RUN_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the last run did not end within "
              + LAST_RUN_LIMIT.toMinutes()
              + " minutes after the last fault",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the training failed: " + e.getMessage(), e);
    }
  }

  /** Returns the checkpoints of a run that do not verify. */
  private static List<String> damaged(FileSystem hdfs, FinishedRun run) {
    List<String> damaged = new ArrayList<>();
    try {
      CheckpointStore store =
          CheckpointStore.of(
              HadoopPath.parse(run.directory()),
              hdfs.getConf(),
              (checkpoint, reason) ->
                  damaged.add("damaged checkpoint " + checkpoint + ": " + reason));
      for (StoredCheckpoint checkpoint : store.listUnverified()) {
        checkpoint.verify();
      }
      if (store.newest().isEmpty()) {
        damaged.add("no checkpoint in " + run.directory());
      }
    } catch (InputException | IOException e) {
      damaged.add(run.directory() + ": " + e.getMessage());
    }
    return damaged;
  }

  private static List<String> onHdfs(FileSystem hdfs) {
    try {
      return Leftovers.onHdfs(hdfs, RUNS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what is still found after a time limit. */
  private static List<String> remaining(Supplier<List<String>> search) throws InterruptedException {
    long deadline = System.nanoTime() + ENDING_LIMIT.toNanos();
    List<String> found = search.get();
    while (!found.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
      found = search.get();
    }
    return found;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
