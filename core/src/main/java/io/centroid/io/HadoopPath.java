package io.centroid.io;

import io.centroid.error.InputException;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Paths from the text of users and from file names, with any character. Hadoop's own constructors
 * take the start of a relative path up to a colon for the scheme of a URI, so names such as {@code
 * sales_2026-01-01T10:00:00.csv} fail there.
 */
public final class HadoopPath {
  /** A URI has a slash after its scheme; other text with a colon is a relative path. */
  private static final Pattern URI = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*");

  private HadoopPath() {}

  /**
   * Parses a path or a URI. Nothing is percent-decoded, and glob characters stand for themselves.
   *
   * @throws InputException if it is empty or not a valid path
   */
  public static Path parse(String text) {
    try {
      return text.isEmpty() || text.startsWith("/") || URI.matcher(text).matches()
          ? new Path(text)
          : relative(text);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "'" + text + "' is not a valid path: " + String.valueOf(e.getMessage()), e);
    }
  }

  /** The file of a name, or of a relative path, in a folder. */
  public static Path child(Path folder, String name) {
    return name.indexOf(':') < 0 ? new Path(folder, name) : new Path(folder, relative(name));
  }

  /** As {@link #child(Path, String)}, as text, for a folder given as text. */
  public static String child(String folder, String name) {
    return child(parse(folder), name).toString();
  }

  /**
   * Checks that a file system can have the path.
   *
   * @throws InputException if it is a path of HDFS with a colon in a name
   */
  public static void requireValid(FileSystem files, Path path) {
    if (files instanceof DistributedFileSystem && path.toUri().getPath().indexOf(':') >= 0) {
      throw new InputException(path + ": HDFS allows no colon in the name of a file or folder");
    }
  }

  private static Path relative(String text) {
    return text.indexOf(':') < 0 ? new Path(text) : new Path(null, null, text);
  }
}
