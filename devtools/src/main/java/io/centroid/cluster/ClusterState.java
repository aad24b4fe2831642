package io.centroid.cluster;

import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Content of {@code cluster.json}: the options, and every daemon with its ports and process. The
 * file is replaced atomically.
 *
 * @param options options of the cluster
 * @param daemons daemons in the order of {@link Role}
 */
public record ClusterState(ClusterOptions options, List<Daemon> daemons) {
  private static final String FILE = "cluster.json";

  public ClusterState {
    daemons = List.copyOf(daemons);
  }

  /** Plans a cluster with these options on free ports without starting it. */
  static ClusterState plan(ClusterOptions options) {
    FreePorts free = new FreePorts();
    List<Daemon> daemons = new ArrayList<>();
    daemons.add(plan("namenode", Role.NAMENODE, free));
    for (int i = 1; i <= options.datanodes(); i++) {
      daemons.add(plan("datanode-" + i, Role.DATANODE, free));
    }
    daemons.add(plan("master", Role.MASTER, free));
    for (int i = 1; i <= options.workers(); i++) {
      daemons.add(plan("worker-" + i, Role.WORKER, free));
    }
    return new ClusterState(options, daemons);
  }

  private static Daemon plan(String name, Role role, FreePorts free) {
    Map<String, Integer> ports = new HashMap<>();
    role.ports().forEach(port -> ports.put(port, free.next()));
    return new Daemon(name, role, Map.copyOf(ports), null);
  }

  /** Reads the record of a cluster's folder. Returns empty if no cluster was ever started there. */
  static Optional<ClusterState> read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(file.toString(), Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new InputException("not a record of a development cluster: " + file, e);
    }
  }

  /**
   * Parses a record.
   *
   * @param file name of the file in messages
   * @throws InputException if the record is invalid, with the file and the key
   */
  public static ClusterState parse(String file, byte[] json) {
    return Json.read(file, json, ClusterState.class);
  }

  void write(Path directory) {
    Path file = directory.resolve(FILE);
    Path written = directory.resolve(FILE + ".new");
    try {
      Files.write(written, Json.write(this));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Returns a daemon by its name. */
  Daemon daemon(String name) {
    return daemons.stream()
        .filter(daemon -> daemon.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "no such daemon: "
                        + name
                        + ": expected one of "
                        + daemons.stream().map(Daemon::name).toList()));
  }

  /** Returns the daemons of one role. */
  Stream<Daemon> role(Role role) {
    return daemons.stream().filter(daemon -> daemon.role() == role);
  }

  ClusterState with(Daemon changed) {
    return new ClusterState(
        options,
        daemons.stream()
            .map(daemon -> daemon.name().equals(changed.name()) ? changed : daemon)
            .toList());
  }

  /** URL of the Spark Master. */
  String masterUrl() {
    return "spark://127.0.0.1:" + daemon("master").port("rpc");
  }

  /** URL of the default file system. */
  String hdfsUrl() {
    return "hdfs://127.0.0.1:" + daemon("namenode").port("rpc");
  }
}
