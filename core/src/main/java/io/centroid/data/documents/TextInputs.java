package io.centroid.data.documents;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Glob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final List<Listed> found = new ArrayList<>();

  private TextInputs(HadoopFiles files) {
    this.files = files;
  }

  private record Listed(Path path, long length) {}

  /**
   * Finds the files, in the order of the inputs, and reads the first bytes of each.
   *
   * @param kind kind of document; null for {@link DocumentKind#JSONL} in files that are JSON Lines
   *     by name or content, and {@link DocumentKind#FILE} in others
   * @param options encoding, and JSON field with the text of a document
   * @param notes receives what was detected against the files' names
   * @throws InputException if an input matches no file, or a file is not text
   */
  public static List<TextFile> find(
      HadoopFiles files,
      List<String> inputs,
      @Nullable DocumentKind kind,
      ReadingOptions options,
      Consumer<String> notes) {
    TextInputs search = new TextInputs(files);
    for (String input : inputs) {
      search.add(input);
    }
    search.twins().forEach(notes);
    List<Detection> detections =
        search.found.parallelStream() // Waits for the file system, not for a core.
            .map(file -> detected(files, file, kind, options))
            .toList() // Of several errors the first file's is thrown.
            .stream()
            .map(Supplier::get)
            .toList();
    detections.stream()
        .filter(one -> !one.note().isEmpty())
        .collect(Collectors.groupingBy(Detection::note, LinkedHashMap::new, Collectors.toList()))
        .forEach((note, same) -> notes.accept(named(same) + ": " + note));
    return detections.stream().map(Detection::file).toList();
  }

  /** Remarks on files that are read as well as their gzipped forms. */
  private List<String> twins() {
    Set<String> paths =
        found.stream().map(file -> file.path().toString()).collect(Collectors.toSet());
    return paths.stream()
        .filter(path -> paths.contains(path + ".gz"))
        .sorted()
        .map(
            path ->
                InputErrors.oneLine(
                    path
                        + ": read, and so is its gzipped form next to it: the text counts twice if"
                        + " both are the same"))
        .toList();
  }

  private static Supplier<Detection> detected(
      HadoopFiles files, Listed file, @Nullable DocumentKind kind, ReadingOptions options) {
    try {
      Detection detection = Detection.of(files, file.path(), file.length(), kind, options);
      return () -> detection;
    } catch (InputException e) {
      return () -> {
        throw e;
      };
    }
  }

  private static String named(List<Detection> same) {
    String first = same.get(0).file().path();
    return same.size() == 1 ? first : first + " and " + (same.size() - 1) + " more";
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
      found.add(new Listed(path, status.getLen()));
      return;
    }
    if (depth == DEEPEST) {
      throw new InputException(path + ": more than " + DEEPEST + " folders deep");
    }
    for (FileStatus entry : files.list(path)) {
      String name = entry.getPath().getName();
      if (!Glob.isHidden(name)) {
        add(entry, HadoopPath.child(path, name), depth + 1);
      }
    }
  }
}
