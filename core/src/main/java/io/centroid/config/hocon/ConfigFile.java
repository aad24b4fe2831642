package io.centroid.config.hocon;

import io.centroid.error.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A configuration file.
 *
 * @param location local path, or URI of any Hadoop file system
 */
public record ConfigFile(String location) {
  private static final int MAX_BYTES = 16 << 20;
  private static final Pattern URI =
      Pattern.compile("(?<root>(?!(?i:https?):)[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?)/.*");
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

  /**
   * The file that a command names: a local path, a URI, or the name of a file that spark-submit
   * distributes ({@code --files}). YARN and Kubernetes put such files into the driver's working
   * folder; a standalone cluster only lists where they are.
   */
  public static ConfigFile named(String location) {
    ConfigFile given = new ConfigFile(location);
    if (given.isUri() || Files.exists(Path.of(location))) {
      return given;
    }
    return Stream.of("spark.files", "spark.yarn.dist.files")
        .flatMap(property -> Stream.of(System.getProperty(property, "").split(",")))
        .map(String::strip)
        .filter(listed -> nameOf(listed).equals(location))
        // The scheme of files that are at this path on every machine is Spark's own.
        .map(listed -> new ConfigFile(listed.replaceFirst("#.*", "").replaceFirst("^local:", "")))
        .findFirst()
        .orElse(given);
  }

  /** The name by which a distributed file is known: the fragment, else without its folders. */
  private static String nameOf(String listed) {
    int fragment = listed.indexOf('#');
    return fragment >= 0 ? listed.substring(fragment + 1) : new ConfigFile(listed).name();
  }

  private boolean isUri() {
    return URI.matcher(location).matches();
  }

  /** Whether a name is a URL that is not a file of a Hadoop file system. */
  static boolean isUrl(String name) {
    return URL.matcher(name).lookingAt() && !new ConfigFile(name).isUri();
  }

  /** The name without its folders. */
  public String name() {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /** The file of this name in the same folder; a URI or an absolute path stands for itself. */
  ConfigFile sibling(String name) {
    Matcher uri = URI.matcher(location);
    if (new ConfigFile(name).isUri()) {
      return new ConfigFile(name);
    }
    if (!uri.matches()) {
      return new ConfigFile(Path.of(location).resolveSibling(name).toString());
    }
    return new ConfigFile(
        name.startsWith("/")
            ? uri.group("root") + name
            : location.substring(0, location.lastIndexOf('/') + 1) + name);
  }

  boolean exists() {
    if (!isUri()) {
      return Files.isRegularFile(Path.of(location));
    }
    HadoopFiles files = files();
    var path = files.path(location);
    try {
      return files.fileSystem(path).getFileStatus(path).isFile();
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  /**
   * Reads the file.
   *
   * @throws InputException if it is not UTF-8, or too long for a configuration
   */
  public String text() throws IOException {
    HadoopFiles files = isUri() ? files() : null;
    try (InputStream in =
        files == null
            ? Files.newInputStream(Path.of(location))
            : files.open(files.path(location))) {
      return BoundedRead.text(location, in, MAX_BYTES);
    }
  }

  private static HadoopFiles files() {
    return new HadoopFiles(SiteConfiguration.load());
  }
}
