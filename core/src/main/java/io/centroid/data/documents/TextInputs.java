package io.centroid.data.documents;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.TextFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resolves inputs to files: files, folders (recursively, sorted by name; names that begin with a
 * dot or an underscore are skipped) and glob patterns.
 */
public final class TextInputs {
  private static final int DEEPEST = 100;

  private final HadoopFiles files;
  private final @Nullable DocumentKind kind;
  private final List<TextFile> found = new ArrayList<>();

  private TextInputs(HadoopFiles files, @Nullable DocumentKind kind) {
    this.files = files;
    this.kind = kind;
  }

  /**
   * Finds the files, in the order of the inputs.
   *
   * @param kind kind of document; null for {@link DocumentKind#JSONL} in {@code .jsonl} files and
   *     {@link DocumentKind#FILE} in others
   * @throws InputException if an input matches no file
   */
  public static List<TextFile> find(
      HadoopFiles files, List<String> inputs, @Nullable DocumentKind kind) {
    TextInputs search = new TextInputs(files, kind);
    for (String input : inputs) {
      search.add(input);
    }
    return search.found;
  }

  private void add(String input) {
    Path path = files.path(input);
    try {
      FileSystem fileSystem = files.fileSystem(path);
      if (fileSystem.exists(path)) {
        add(fileSystem.getFileStatus(path), path, 0);
        return;
      }
      List<FileStatus> matches = Glob.match(files, input);
      if (matches.isEmpty()) {
        throw new InputException(input + ": no such file or directory");
      }
      for (FileStatus match : matches) {
        add(match, match.getPath(), 0);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  private void add(FileStatus status, Path path, int depth) {
    if (!status.isDirectory()) {
      found.add(file(path, status.getLen()));
      return;
    }
    if (depth == DEEPEST) {
      throw new InputException(path + ": more than " + DEEPEST + " folders deep");
    }
    for (FileStatus entry : files.list(path)) {
      String name = entry.getPath().getName();
      if (!isHidden(name)) {
        add(entry, HadoopPath.child(path, name), depth + 1);
      }
    }
  }

  /** Files that Hadoop's input formats skip: unfinished files and markers. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private TextFile file(Path path, long length) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    boolean gzipped = name.endsWith(".gz");
    boolean jsonl = TextFormat.JSON_LINES.isOf(name);
    DocumentKind documents = kind != null ? kind : jsonl ? DocumentKind.JSONL : DocumentKind.FILE;
    return new TextFile(path.toString(), length, documents, gzipped);
  }
}
