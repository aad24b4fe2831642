package io.centroid.cluster;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A daemon of the cluster.
 *
 * @param name {@code namenode}, {@code datanode-1}, {@code master}, {@code worker-1} ...
 * @param role role of the daemon
 * @param ports ports on loopback by name, which stay the same across restarts
 * @param process last started process; null before the first start
 */
public record Daemon(
    String name, Role role, Map<String, Integer> ports, @Nullable ProcessIdentity process) {

  /** The running process. */
  Optional<ProcessHandle> live() {
    return Optional.ofNullable(process).flatMap(ProcessIdentity::live);
  }

  /** Whether the recorded process runs. */
  public boolean isAlive() {
    return live().isPresent();
  }

  int port(String portName) {
    Integer port = ports.get(portName);
    if (port == null) {
      throw new IllegalArgumentException(name + " has no port " + portName);
    }
    return port;
  }

  /** URL of its web UI. */
  String page() {
    return "http://127.0.0.1:" + port("http");
  }

  Daemon withProcess(@Nullable ProcessIdentity started) {
    return new Daemon(name, role, ports, started);
  }
}
