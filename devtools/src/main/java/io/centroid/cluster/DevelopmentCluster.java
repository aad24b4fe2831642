package io.centroid.cluster;

import io.centroid.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * HDFS and standalone Spark as real daemons on this machine, each a JVM on loopback that outlives
 * the process that started it. Everything about a cluster lies in its folder, so any process can
 * look at it, stop it, or start one of its daemons again. Changes exclude each other by a lock
 * file; an instance holds no state and may be shared between threads.
 */
public final class DevelopmentCluster {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final CentroidHome home;
  private final ClusterDirectory directory;
  private final Consumer<String> progress;

  /**
   * The cluster of a folder, running or not.
   *
   * @param root its folder; created at the first start
   * @param progress takes a line for each step
   */
  public DevelopmentCluster(CentroidHome home, Path root, Consumer<String> progress) {
    this.home = home;
    this.directory = new ClusterDirectory(root);
    this.progress = progress;
  }

  /**
   * Starts every daemon and waits until they are at work. A cluster that already runs in this shape
   * is left as it is. HDFS keeps what an earlier start wrote.
   *
   * @throws InputException when a cluster of another shape, or a part of one, runs in the folder
   * @throws ClusterException when a daemon dies or does not come up; nothing stays running then
   */
  public ClusterStatus start(ClusterOptions options) {
    try (ClusterDirectory.Lock lock = directory.lock()) {
      ClusterState previous = ClusterState.read(directory.root()).orElse(null);
      if (previous != null && ClusterStatus.of(directory, previous).running()) {
        return alreadyRunning(previous, options);
      }
      ClusterState planned = previous;
      if (planned == null || !planned.options().equals(options) || !portsFree(planned)) {
        planned = ClusterState.plan(options);
      }
      return startAll(planned);
    }
  }

  /**
   * Looks at every daemon's process.
   *
   * @throws InputException when no cluster was ever started in the folder
   */
  public ClusterStatus status() {
    return ClusterStatus.of(directory, state());
  }

  /** Ends the recorded processes and their children, and only those; data and logs stay. */
  public void stop() {
    try (ClusterDirectory.Lock lock = directory.lock()) {
      stop(state());
    }
  }

  /** Ends the recorded processes and removes everything that the cluster wrote. */
  public void purge() {
    try (ClusterDirectory.Lock lock = directory.lock()) {
      ClusterState.read(directory.root()).ifPresent(this::stop);
      directory.purge();
    }
  }

  /**
   * The recorded process of a daemon: {@code namenode}, {@code datanode-1}, {@code master}, {@code
   * worker-1} ... It may have died since. Executors are children of their Worker.
   */
  public long pid(String name) {
    ProcessIdentity process = state().daemon(name).process();
    if (process == null) {
      throw new InputException(name + " is not started");
    }
    return process.pid();
  }

  /**
   * Starts one dead daemon again on the same ports and data, and waits until it is at work.
   *
   * @throws InputException when it is alive
   */
  public void restart(String name) {
    try (ClusterDirectory.Lock lock = directory.lock()) {
      ClusterState state = state();
      if (state.daemon(name).isAlive()) {
        throw new InputException(name + " is alive: pid " + pid(name));
      }
      // Before the launch, which clears the folder for temporary files that they would miss.
      new OrphanedExecutors(directory.work(name)).end();
      ClusterState started = launch(state, state.daemon(name));
      Daemon daemon = started.daemon(name);
      Readiness readiness = new Readiness(directory, START_LIMIT);
      readiness.await(name, List.of(daemon), () -> Readiness.answers(daemon));
      switch (daemon.role()) {
        case NAMENODE, DATANODE -> awaitHdfs(started);
        case MASTER, WORKER -> awaitSpark(started);
      }
    }
  }

  /** Tasks that the Workers which are alive run at once. */
  public int cores() {
    ClusterState state = state();
    long workers = state.role(Role.WORKER).filter(Daemon::isAlive).count();
    return Math.toIntExact(workers * state.options().coresPerWorker());
  }

  /** What Hadoop's and Spark's clients of this cluster read; for HADOOP_CONF_DIR. */
  public Path configuration() {
    return directory.conf();
  }

  private ClusterState state() {
    return ClusterState.read(directory.root())
        .orElseThrow(
            () ->
                new InputException(
                    "no development cluster in "
                        + directory.root()
                        + ": ./centroid cluster start begins one"));
  }

  private ClusterStatus alreadyRunning(ClusterState state, ClusterOptions wanted) {
    ClusterStatus status = ClusterStatus.of(directory, state);
    if (!status.healthy()) {
      List<String> dead =
          status.daemons().stream()
              .filter(daemon -> !daemon.alive())
              .map(ClusterStatus.DaemonStatus::name)
              .toList();
      throw new InputException(
          "the cluster in " + directory.root() + " lost " + dead + ": stop it first");
    }
    if (!state.options().equals(wanted)) {
      throw new InputException(
          "a cluster of another shape runs in "
              + directory.root()
              + ", stop it first: "
              + state.options().describe());
    }
    progress.accept("already running in " + directory.root());
    return status;
  }

  private ClusterStatus startAll(ClusterState planned) {
    // What the last cluster's Master remembers are Workers that no longer exist.
    directory.remove(directory.recovery());
    directory.create();
    new ClusterConfiguration(home, directory, planned).write();
    planned.write(directory.root());
    try {
      progress.accept("starting HDFS and the Spark Master in " + directory.root());
      ClusterState state = launch(planned, Role.MASTER);
      new DaemonLauncher(home, directory, state).formatNameNode();
      state = launch(launch(state, Role.NAMENODE), Role.DATANODE);
      Daemon master = state.daemon("master");
      new Readiness(directory, START_LIMIT)
          .await("the Master", List.of(master), () -> Readiness.sparkReady(master, 0));
      // A Worker that finds no Master tries again only after several seconds.
      state = launch(state, Role.WORKER);
      awaitHdfs(state);
      awaitSpark(state);
      return ClusterStatus.of(directory, state);
    } catch (RuntimeException e) {
      stop(state());
      throw e;
    }
  }

  private ClusterState launch(ClusterState state, Role role) {
    ClusterState next = state;
    for (Daemon daemon : state.role(role).toList()) {
      next = launch(next, daemon);
    }
    return next;
  }

  private ClusterState launch(ClusterState state, Daemon daemon) {
    ProcessIdentity process = new DaemonLauncher(home, directory, state).start(daemon);
    ClusterState next = state.with(daemon.withProcess(process));
    next.write(directory.root());
    return next;
  }

  private void awaitHdfs(ClusterState state) {
    List<Daemon> daemons = alive(state, Role.NAMENODE, Role.DATANODE);
    long datanodes = daemons.stream().filter(d -> d.role() == Role.DATANODE).count();
    Daemon namenode = state.daemon("namenode");
    new Readiness(directory, START_LIMIT)
        .await("HDFS", daemons, () -> Readiness.hdfsReady(namenode, datanodes));
    progress.accept("HDFS is up: " + state.hdfsUrl() + " with " + datanodes + " DataNode(s)");
  }

  private void awaitSpark(ClusterState state) {
    List<Daemon> daemons = alive(state, Role.MASTER, Role.WORKER);
    long workers = daemons.stream().filter(d -> d.role() == Role.WORKER).count();
    Daemon master = state.daemon("master");
    new Readiness(directory, START_LIMIT)
        .await("Spark", daemons, () -> Readiness.sparkReady(master, workers));
    progress.accept("Spark is up: " + state.masterUrl() + " with " + workers + " Worker(s)");
  }

  private static List<Daemon> alive(ClusterState state, Role first, Role second) {
    return state.daemons().stream()
        .filter(daemon -> daemon.role() == first || daemon.role() == second)
        .filter(Daemon::isAlive)
        .toList();
  }

  private static boolean portsFree(ClusterState state) {
    return state.daemons().stream()
        .flatMap(daemon -> daemon.ports().values().stream())
        .allMatch(FreePorts::isFree);
  }

  private void stop(ClusterState state) {
    new ProcessEnd(STOP_LIMIT)
        .end(state.daemons().stream().flatMap(d -> d.live().stream()).toList());
    state.role(Role.WORKER).forEach(d -> new OrphanedExecutors(directory.work(d.name())).end());
    ClusterState stopped = state;
    for (Daemon daemon : state.daemons()) {
      stopped = stopped.with(daemon.withProcess(null));
    }
    stopped.write(directory.root());
  }
}
