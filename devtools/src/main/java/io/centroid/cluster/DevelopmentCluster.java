package io.centroid.cluster;

import io.centroid.error.InputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Development cluster: HDFS and standalone Spark as daemons on this machine, each in a JVM on
 * loopback that outlives the process that started it. All state is in the cluster's folder, so that
 * any process can inspect it, stop it, or restart one of its daemons. A lock file serializes
 * changes. Instances are stateless and thread-safe.
 */
public final class DevelopmentCluster {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final CentroidHome home;
  private final ClusterDirectory directory;
  private final Consumer<String> progress;

  /**
   * Opens the cluster of a folder, running or not.
   *
   * @param root folder of the cluster; created at the first start
   * @param progress receives one line per step
   */
  public DevelopmentCluster(CentroidHome home, Path root, Consumer<String> progress) {
    this.home = home;
    this.directory = new ClusterDirectory(root);
    this.progress = progress;
  }

  /**
   * Starts all daemons and waits until they are ready. Does nothing if a cluster with these options
   * is running. HDFS keeps the data of earlier starts.
   *
   * @throws InputException if a cluster with other options or an incomplete cluster runs in the
   *     folder
   * @throws ClusterException if a daemon dies or does not become ready; all daemons are stopped
   *     then
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
   * Returns the status of every daemon.
   *
   * @throws InputException if no cluster was ever started in the folder
   */
  public ClusterStatus status() {
    return ClusterStatus.of(directory, state());
  }

  /** Ends exactly the recorded processes and their children. Data and logs are kept. */
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
   * Returns the recorded process ID of a daemon: {@code namenode}, {@code datanode-1}, {@code
   * master}, {@code worker-1} ... The process may have died. Executors are children of their
   * Worker.
   */
  public long pid(String name) {
    ProcessIdentity process = state().daemon(name).process();
    if (process == null) {
      throw new InputException(name + " is not started");
    }
    return process.pid();
  }

  /**
   * Restarts a dead daemon on the same ports and data and waits until it is ready.
   *
   * @throws InputException if the daemon is alive
   */
  public void restart(String name) {
    try (ClusterDirectory.Lock lock = directory.lock()) {
      ClusterState state = state();
      if (state.daemon(name).isAlive()) {
        throw new InputException(name + " is alive: pid " + pid(name));
      }
      // Before the launch, which clears the temporary files that they use.
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

  /** Number of cores of the Workers that are alive. */
  public int cores() {
    ClusterState state = state();
    long workers = state.role(Role.WORKER).filter(Daemon::isAlive).count();
    return Math.toIntExact(workers * state.options().coresPerWorker());
  }

  /** Configuration folder for clients of this cluster, for HADOOP_CONF_DIR. */
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
                        + ": start one with ./centroid cluster start"));
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
          "a cluster with other options runs in "
              + directory.root()
              + ", stop it first: "
              + state.options().describe());
    }
    progress.accept("already running in " + directory.root());
    return status;
  }

  private ClusterStatus startAll(ClusterState planned) {
    // The recovery data of the last Master refers to Workers that no longer exist.
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
      // A Worker that finds no Master retries only after several seconds.
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
