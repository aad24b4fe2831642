package io.centroid.fuzz.parsers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder on the disk for parsers that read no other place; gone when it is closed. */
record LocalFolder(Path path) implements AutoCloseable {

  static LocalFolder create() {
    try {
      return new LocalFolder(Files.createTempDirectory("centroid-fuzz-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path write(String name, byte[] content) {
    Path file = path.resolve(name);
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> found = Files.walk(path)) {
      List<Path> all = found.sorted(Comparator.reverseOrder()).toList();
      for (Path next : all) {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
