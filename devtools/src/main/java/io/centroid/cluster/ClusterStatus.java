package io.centroid.cluster;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Status of a development cluster.
 *
 * @param directory folder of its data, logs and configuration
 * @param master URL of the Spark Master
 * @param hdfs URL of the file system
 * @param daemons status of every daemon
 */
public record ClusterStatus(
    Path directory, String master, String hdfs, List<DaemonStatus> daemons) {

  /**
   * Status of one daemon.
   *
   * @param name name of the daemon
   * @param pid recorded process ID; 0 if the daemon was stopped
   * @param alive whether that process runs
   * @param page URL of its web UI
   * @param log log file
   */
  public record DaemonStatus(String name, long pid, boolean alive, String page, Path log) {}

  static ClusterStatus of(ClusterDirectory directory, ClusterState state) {
    return new ClusterStatus(
        directory.root(),
        state.masterUrl(),
        state.hdfsUrl(),
        state.daemons().stream().map(daemon -> of(directory, daemon)).toList());
  }

  private static DaemonStatus of(ClusterDirectory directory, Daemon daemon) {
    ProcessIdentity process = daemon.process();
    return new DaemonStatus(
        daemon.name(),
        process == null ? 0 : process.pid(),
        daemon.isAlive(),
        daemon.page(),
        directory.log(daemon.name()));
  }

  /** Whether every daemon runs. */
  public boolean healthy() {
    return daemons.stream().allMatch(DaemonStatus::alive);
  }

  /** Whether any daemon runs. */
  public boolean running() {
    return daemons.stream().anyMatch(DaemonStatus::alive);
  }

  /** Output of {@code --json}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("master", master);
    json.put("hdfs", hdfs);
    json.put("healthy", healthy());
    json.put(
        "pids",
        daemons.stream()
            .collect(
                Collectors.toMap(
                    DaemonStatus::name, DaemonStatus::pid, (a, b) -> a, LinkedHashMap::new)));
    json.put(
        "alive", daemons.stream().filter(DaemonStatus::alive).map(DaemonStatus::name).toList());
    json.put("ui", pages());
    json.put("directory", directory.toString());
    return json;
  }

  private Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>();
    for (DaemonStatus daemon : daemons) {
      pages.put(daemon.name(), daemon.page());
    }
    return pages;
  }
}
