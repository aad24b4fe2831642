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

/** Kills daemons of a cluster and restarts them after their downtime. */
final class Daemons {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private final DevelopmentCluster cluster;
  private final List<Dead> dead = new ArrayList<>();

  Daemons(DevelopmentCluster cluster) {
    this.cluster = cluster;
  }

  private record Dead(String name, Instant due) {}

  /** Names of the running daemons that start with a prefix. */
  List<String> alive(String prefix) {
    return cluster.status().daemons().stream()
        .filter(daemon -> daemon.alive() && daemon.name().startsWith(prefix))
        .map(DaemonStatus::name)
        .toList();
  }

  /** Running executor processes. */
  List<ProcessHandle> executors() {
    return alive("worker-").stream()
        .flatMap(worker -> ProcessHandle.of(cluster.pid(worker)).stream())
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .sorted(Comparator.comparingLong(ProcessHandle::pid))
        .toList();
  }

  /** Kills a daemon and schedules its restart after its downtime. */
  void kill(String name, Duration downtime) {
    ProcessHandle.of(cluster.pid(name)).ifPresent(ProcessHandle::destroyForcibly);
    dead.add(new Dead(name, Instant.now().plus(downtime)));
  }

  /**
   * Restarts one daemon that is due and waits until it is ready. Daemons that others report to are
   * restarted first.
   *
   * @return name of the daemon; empty if none was due
   * @throws ClusterException if the daemon does not become ready
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

  /** Restarts all dead daemons, due or not. */
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

  /** A daemon is not ready before the one that it reports to is running. */
  private boolean waits(String name) {
    String head =
        name.startsWith("worker-") ? "master" : name.startsWith("datanode-") ? "namenode" : "";
    return dead.stream().anyMatch(other -> other.name.equals(head));
  }
}
