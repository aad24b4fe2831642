package io.centroid.fuzz.parsers;

import io.centroid.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Inputs on the local disk. */
public final class InputFiles {
  private static final Pattern NAME = Pattern.compile("([a-z0-9-]+?)-(-?[0-9]+)-([0-9]+)[.][a-z]+");

  private InputFiles() {}

  /** The files of a folder by name; none if it is not there. */
  public static List<byte[]> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().map(InputFiles::read).toList();
    } catch (IOException e) {
      throw new InputException(folder + ": cannot be read", e);
    }
  }

  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be read", e);
    }
  }

  /** Writes a file, and the folders above it. */
  public static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be written", e);
    }
  }

  /** The target that a finding's file name begins with. */
  public static String target(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      throw new InputException(file + ": its name gives no target: add --target NAME");
    }
    return name.group(1);
  }
}
