package io.centroid.cluster;

import io.centroid.InputException;
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
 * What {@code cluster.json} records: the shape, and every daemon with its ports and process. It is
 * replaced as a whole, so that a reader never sees half of it.
 *
 * @param options the shape
 * @param daemons in the order of {@link Role}
 */
public record ClusterState(ClusterOptions options, List<Daemon> daemons) {
  private static final String FILE = "cluster.json";

  public ClusterState {
    daemons = List.copyOf(daemons);
  }

  /** A cluster of this shape on free ports, nothing of it started yet. */
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

  /** Reads what is recorded in a cluster's folder; empty where no cluster was ever started. */
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
   * Reads a record.
   *
   * @param file its name, for messages
   * @throws InputException one line that names the file and the key
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

  /** The daemon of that name. */
  Daemon daemon(String name) {
    return daemons.stream()
        .filter(daemon -> daemon.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "no daemon is called "
                        + name
                        + ": expected one of "
                        + daemons.stream().map(Daemon::name).toList()));
  }

  /** The daemons of one kind. */
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

  /** What Spark's drivers connect to. */
  String masterUrl() {
    return "spark://127.0.0.1:" + daemon("master").port("rpc");
  }

  /** The file system that relative HDFS paths are on. */
  String hdfsUrl() {
    return "hdfs://127.0.0.1:" + daemon("namenode").port("rpc");
  }
}
