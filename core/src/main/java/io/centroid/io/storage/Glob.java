package io.centroid.io.storage;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * Matches glob patterns as Hadoop does, but in folders with any file names: Hadoop's own matching
 * fails in a folder that has a name with a colon.
 */
public final class Glob {
  private static final Pattern MAGIC = Pattern.compile("[*?\\[\\]{}\\\\]");

  private final HadoopFiles files;
  private final TreeMap<Path, FileStatus> found = new TreeMap<>();

  private Glob(HadoopFiles files) {
    this.files = files;
  }

  /**
   * The files and folders that match a pattern, sorted by path. A wildcard at the start of a name
   * does not match a dot or an underscore.
   *
   * @throws InputException if the pattern is not valid
   */
  public static List<FileStatus> match(HadoopFiles files, String pattern) {
    Glob glob = new Glob(files);
    try {
      for (String one : GlobExpander.expand(pattern)) {
        Path path = files.path(one);
        List<String> names = new ArrayList<>();
        Path root = files.fileSystem(path).makeQualified(path);
        while (root.getParent() != null) {
          names.add(0, root.getName());
          root = root.getParent();
        }
        glob.expand(root, names, pattern);
      }
    } catch (IOException e) {
      throw invalid(pattern, e);
    }
    return List.copyOf(glob.found.values());
  }

  /** Whether Hadoop's input formats skip a name: an unfinished file or a marker. */
  public static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private void expand(Path folder, List<String> names, String pattern) {
    if (names.isEmpty()) {
      found.put(folder, files.status(folder));
      return;
    }
    String name = names.get(0);
    List<String> rest = names.subList(1, names.size());
    if (!MAGIC.matcher(name).find()) {
      Path child = HadoopPath.child(folder, name);
      if (exists(child)) {
        expand(child, rest, pattern);
      }
      return;
    }
    GlobPattern matcher = compiled(name, pattern);
    boolean hidden = isHidden(name);
    for (FileStatus entry : files.list(folder)) {
      String found = entry.getPath().getName();
      if (matcher.matches(found)
          && (hidden || !isHidden(found))
          && (rest.isEmpty() || entry.isDirectory())) {
        expand(HadoopPath.child(folder, found), rest, pattern);
      }
    }
  }

  private boolean exists(Path path) {
    try {
      FileSystem fileSystem = files.fileSystem(path);
      return fileSystem.exists(path);
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  private static GlobPattern compiled(String name, String pattern) {
    try {
      return new GlobPattern(name);
    } catch (RuntimeException e) { // The type of a library that Hadoop may have relocated.
      throw invalid(pattern, e);
    }
  }

  private static InputException invalid(String pattern, Exception e) {
    return new InputException(
        pattern + ": no such file or directory, and not a glob pattern: " + e.getMessage(), e);
  }
}
