package io.centroid.chaos;

import io.centroid.cluster.ClusterException;
import io.centroid.cluster.ClusterStatus.DaemonStatus;
import io.centroid.cluster.DevelopmentCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The daemons of a cluster as a killer sees them: who lives, and who is to be started again. */
final class Daemons {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private final DevelopmentCluster cluster;
  private final List<Dead> dead = new ArrayList<>();

  Daemons(DevelopmentCluster cluster) {
    this.cluster = cluster;
  }

  private record Dead(String name, Instant due) {}

  /** The names of the living whose name begins like this. */
  List<String> alive(String prefix) {
    return cluster.status().daemons().stream()
        .filter(daemon -> daemon.alive() && daemon.name().startsWith(prefix))
        .map(DaemonStatus::name)
        .toList();
  }

  /** The executors' processes that live. */
  List<ProcessHandle> executors() {
    return alive("worker-").stream()
        .flatMap(worker -> ProcessHandle.of(cluster.pid(worker)).stream())
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .sorted(Comparator.comparingLong(ProcessHandle::pid))
        .toList();
  }

  /** Kills a daemon, to be started again after its downtime. */
  void kill(String name, Duration downtime) {
    ProcessHandle.of(cluster.pid(name)).ifPresent(ProcessHandle::destroyForcibly);
    dead.add(new Dead(name, Instant.now().plus(downtime)));
  }

  /**
   * Starts one daemon again whose time has come, and waits until it is at work. Those that others
   * report to come first.
   *
   * @return its name; empty if none was due
   * @throws ClusterException if it does not come up
   */
  Optional<String> startDue() {
    Instant now = Instant.now();
    Optional<Dead> next =
        dead.stream()
            .filter(daemon -> !daemon.due.isAfter(now))
            .min(Comparator.comparing((Dead daemon) -> reports(daemon.name)));
    next.filter(daemon -> !waits(daemon.name)).ifPresent(this::start);
    return next.filter(daemon -> !dead.contains(daemon)).map(Dead::name);
  }

  /** Starts all that are dead, due or not. */
  void startAll() {
    dead.stream().sorted(Comparator.comparing(daemon -> reports(daemon.name))).forEach(this::start);
  }

  private void start(Dead daemon) {
    cluster.restart(daemon.name);
    dead.removeIf(daemon::equals);
  }

  private static boolean reports(String name) {
    return name.startsWith("worker-") || name.startsWith("datanode-");
  }

  /** A daemon is at work when the one that it reports to knows it. */
  private boolean waits(String name) {
    String head =
        name.startsWith("worker-") ? "master" : name.startsWith("datanode-") ? "namenode" : "";
    return dead.stream().anyMatch(other -> other.name.equals(head));
  }
}
