package io.centroid.chaos;

import io.centroid.InputException;
import io.centroid.chaos.Training.FinishedRun;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
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
import org.apache.hadoop.fs.Path;

/**
 * Starts a cluster, trains on it one run after the other, kills its processes at random for a
 * while, and looks at what came of it. Every run is of the same configuration, so each must end
 * with the parameters of the one that nothing disturbed.
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
   * A run of chaos.
   *
   * @param arguments the command that is disturbed, {@code train} with its settings, without {@code
   *     run.dir}
   * @param progress takes a line for each thing that happens
   */
  public ChaosRun(
      Launch launch, ChaosSettings settings, List<String> arguments, Consumer<String> progress) {
    this.launch = launch;
    this.settings = settings;
    this.arguments = List.copyOf(arguments);
    this.progress = progress;
  }

  /** Does it all; ends every process that it started, whatever happens. */
  public ChaosReport execute() throws IOException, InterruptedException {
    Files.createDirectories(launch.folder().resolve("drivers"));
    Files.createDirectories(launch.temporary());
    progress.accept("training undisturbed, on threads");
    String expected = Training.undisturbed(launch, arguments).path("parametersSha256").asText();
    DevelopmentCluster cluster = new DevelopmentCluster(launch.home(), launch.cluster(), progress);
    Training training = new Training(launch, arguments, progress);
    Thread emergency =
        new Thread(
            () -> {
              training.kill();
              cluster.stop();
            });
    ClusterStatus status = cluster.start(settings.cluster());
    Runtime.getRuntime().addShutdownHook(emergency);
    List<String> leftovers = new ArrayList<>();
    Commits commits;
    try (FileSystem hdfs = client(cluster, status)) {
      hdfs.mkdirs(hdfs.getHomeDirectory());
      commits = new Commits(hdfs, training::directory);
      disturb(cluster, training, commits);
      training.finishedRuns().forEach(run -> leftovers.addAll(damaged(hdfs, run)));
      leftovers.addAll(gone(() -> onHdfs(hdfs)));
    } finally {
      training.kill();
      cluster.stop();
      Runtime.getRuntime().removeShutdownHook(emergency);
    }
    leftovers.addAll(gone(() -> Leftovers.processes(launch.folder())));
    leftovers.addAll(gone(() -> Leftovers.files(launch.temporary())));
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
      daemons.startDue().ifPresent(name -> progress.accept("started " + name + " again"));
      if (System.nanoTime() >= due) {
        strike(next, daemons, training, commits);
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

  private void strike(PlannedFault fault, Daemons daemons, Training training, Commits commits) {
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
      return; // There is none at the moment.
    }
    progress.accept("killed " + victim);
    faults.merge(fault.kind(), 1, Integer::sum);
    commits.onFault(fault.kind());
    // A NameNode that is down is not asked: this thread alone starts it again.
    if (fault.kind() == FaultKind.DRIVER && !daemons.alive("namenode").isEmpty()) {
      commits.uncommittedRounds().ifPresent(redone::add);
    }
  }

  private static String killExecutor(PlannedFault fault, Daemons daemons) {
    Optional<ProcessHandle> executor = chosen(fault, daemons.executors());
    executor.ifPresent(ProcessHandle::destroyForcibly);
    return executor.map(process -> "executor " + process.pid()).orElse("");
  }

  /** Kills one of some daemons, unless fewer than {@code left} would be left. */
  private static String kill(PlannedFault fault, Daemons daemons, String prefix, int left) {
    List<String> alive = daemons.alive(prefix);
    if (alive.size() <= left) {
      return "";
    }
    String name = chosen(fault, alive).orElseThrow();
    daemons.kill(name, fault.downtime());
    return name;
  }

  private static <T> Optional<T> chosen(PlannedFault fault, List<T> of) {
    return of.isEmpty()
        ? Optional.empty()
        : Optional.of(of.get((int) (fault.choice() * of.size())));
  }

  private static void await(FutureTask<Void> trained) throws InterruptedException {
    try {
      trained.get(LAST_RUN_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the last run did not end within " + LAST_RUN_LIMIT.toMinutes() + " minutes of peace", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the training was given up: " + e.getMessage(), e);
    }
  }

  /** Every checkpoint is whole. */
  private static List<String> damaged(FileSystem hdfs, FinishedRun run) {
    List<String> damaged = new ArrayList<>();
    try {
      CheckpointStore store =
          CheckpointStore.of(
              new Path(run.directory()),
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

  /** What is still there after a while. */
  private static List<String> gone(Supplier<List<String>> look) throws InterruptedException {
    long deadline = System.nanoTime() + ENDING_LIMIT.toNanos();
    List<String> found = look.get();
    while (!found.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
      found = look.get();
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
