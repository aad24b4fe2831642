package io.centroid.dist;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Selects the classes of a class-data archive from the list of those that a JVM loaded. Java 17
 * crashes if an agent or a flight recording looks for the file of an archived class that was
 * generated, or that comes from the versioned part of a multi-release jar, so these are left out.
 */
final class ArchivedClasses {
  private ArchivedClasses() {}

  /** Selects the classes; the arguments are the list to read and the list to write. */
  public static void main(String[] args) throws IOException {
    try (Stream<String> loaded = Files.lines(Path.of(args[0]))) {
      Files.write(Path.of(args[1]), loaded.filter(ArchivedClasses::hasPlainFile).toList());
    }
  }

  /**
   * True for a comment, and for a class with a file at its own name.
   *
   * @param line a line of a class list: {@code name ...}, or {@code @lambda-proxy name ...} for the
   *     lambdas of a class
   */
  static boolean hasPlainFile(String line) {
    if (line.startsWith("#")) {
      return true;
    }
    String[] words = line.split(" ", 3);
    boolean lambda = words[0].equals("@lambda-proxy");
    if (words[0].startsWith("@") && !lambda) {
      return false;
    }
    URL file = ClassLoader.getSystemResource(words[lambda ? 1 : 0] + ".class");
    return file != null && !file.getPath().contains("!/META-INF/versions/");
  }
}
