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

/** A local folder with the parts of one input as files. */
record InputFolder(Path path) {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  private static final AtomicLong CLOCK = new AtomicLong();

  /** Path of a file in the folder. */
  String file(String name) {
    return path.resolve(name).toString();
  }

  /** The folder as a Hadoop path. */
  org.apache.hadoop.fs.Path hadoop() {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Replaces all files by one file. */
  void only(String name, byte[] content) {
    clear();
    put(name, content);
  }

  /** Replaces all files by the parts of an input. Empty parts are omitted. */
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
      // Readers cache decoded data by a file's length and modification time.
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
