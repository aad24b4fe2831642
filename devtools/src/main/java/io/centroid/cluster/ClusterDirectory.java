package io.centroid.cluster;

import io.centroid.error.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one development cluster: {@code cluster.json}, conf, logs, data and work folders.
 *
 * @param root absolute path
 */
record ClusterDirectory(Path root) {
  ClusterDirectory {
    root = root.toAbsolutePath().normalize();
    if (root.toString().indexOf(',') >= 0) {
      throw new InputException(
          "the path of the cluster's folder must not contain a comma: " + root);
    }
  }

  Path conf() {
    return root.resolve("conf");
  }

  /**
   * Storage folder of the NameNode or a DataNode. A DataNode uses the URI of its folder as a format
   * string. If the URI contains an escape, such as that of a space, this is a symbolic link without
   * it.
   */
  Path data(String name) {
    Path data = root.resolve("data");
    return (data.toUri().getRawPath().indexOf('%') < 0 ? data : link()).resolve(name);
  }

  private Path link() {
    String name = "centroid-cluster-" + Integer.toHexString(root.hashCode());
    return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve(name);
  }

  Path work(String name) {
    return root.resolve("work").resolve(name);
  }

  Path temporary() {
    return root.resolve("tmp");
  }

  /** Recovery folder of the Master, from which a restarted Master restores its applications. */
  Path recovery() {
    return root.resolve("recovery");
  }

  Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  void create() {
    try {
      for (String folder : List.of("conf", "logs", "data", "work", "tmp", "recovery")) {
        Files.createDirectories(root.resolve(folder));
      }
      if (data("any").startsWith(link())) {
        Files.deleteIfExists(link());
        Files.createSymbolicLink(link(), root.resolve("data"));
      }
    } catch (IOException e) {
      throw new InputException("cannot create the cluster's folder " + root + ": " + e, e);
    }
  }

  /** Returns the last lines of a daemon's log, indented. */
  String tail(String name, int lines) {
    try {
      List<String> all = Files.readAllLines(log(name), StandardCharsets.ISO_8859_1);
      return String.join("\n  ", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  /** Removes a file or a whole folder below the root; links are removed, not followed. */
  void remove(Path path) {
    if (!path.startsWith(root)) {
      throw new IllegalArgumentException(path + " is not below " + root);
    }
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> found = Files.walk(path)) {
      for (Path next : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path, e);
    }
  }

  /** Removes everything that a cluster wrote and keeps other files of the folder. */
  void purge() {
    for (String name :
        List.of("conf", "logs", "data", "work", "tmp", "recovery", "cluster.json", ".lock")) {
      remove(root.resolve(name));
    }
    removeLink();
    String[] left = root.toFile().list();
    if (left != null && left.length == 0) {
      remove(root);
    }
  }

  private void removeLink() {
    try {
      if (Files.isSymbolicLink(link())) {
        Files.delete(link());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + link(), e);
    }
  }

  /** Locks this cluster against changes by other commands until the lock is closed. */
  Lock lock() {
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = tryLock(channel);
      if (held == null) {
        channel.close();
        throw new InputException("another command is changing the cluster in " + root);
      }
      return () -> close(channel);
    } catch (IOException e) {
      throw new InputException("cannot write to the cluster's folder " + root + ": " + e, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release the cluster's lock", e);
    }
  }

  /** A held lock. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
