package io.centroid.fuzz;

import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** A folder of the local disk in which the parts of one input lie as files. */
record InputFolder(Path path) {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  private static final AtomicLong CLOCK = new AtomicLong();

  /** The folder's path with a name in it. */
  String file(String name) {
    return path.resolve(name).toString();
  }

  /** As Hadoop writes it. */
  org.apache.hadoop.fs.Path hadoop() {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Puts this file in the place of all others. */
  void only(String name, byte[] content) {
    clear();
    put(name, content);
  }

  /** Puts the parts of an input in the place of all files; an empty part is no file. */
  void replace(byte[] input, List<String> names) {
    clear();
    List<byte[]> parts = Inputs.split(input);
    for (int i = 0; i < Math.min(names.size(), parts.size()); i++) {
      if (parts.get(i).length > 0) {
        put(names.get(i), parts.get(i));
      }
    }
  }

  void put(String name, byte[] content) {
    try {
      Path file = Files.write(path.resolve(name), content);
      // Readers keep what they decoded by a file's length and time.
      Files.setLastModifiedTime(file, FileTime.fromMillis(1000 * CLOCK.incrementAndGet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void clear() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
