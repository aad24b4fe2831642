package io.centroid.spark.redact;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextInputs;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.TextFormat;
import io.centroid.io.storage.Glob;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * The files of a redaction.
 *
 * @param texts files of text that are not empty
 * @param tables CSV files
 * @param empty names of empty files
 */
record RedactionInputs(List<Input> texts, List<Input> tables, List<String> empty) {

  RedactionInputs {
    texts = List.copyOf(texts);
    tables = List.copyOf(tables);
    empty = List.copyOf(empty);
  }

  /**
   * An input file.
   *
   * @param file the file
   * @param name path in the output, relative to its folder: the path below the folder that contains
   *     all inputs
   */
  record Input(TextFile file, String name) implements Serializable {
    boolean isGzip() {
      return name.endsWith(".gz");
    }
  }

  /**
   * Finds the files. Tables are known by their names.
   *
   * @throws InputException if an input does not exist, is given twice, or is neither text nor CSV
   */
  static RedactionInputs find(
      HadoopFiles files, RedactionSettings settings, Consumer<String> notes) {
    List<TextFile> all =
        TextInputs.find(
            files, settings.inputs(), DocumentKind.FILE, settings.reading(), note -> {});
    List<String> texts =
        all.stream().map(TextFile::path).filter(path -> !isTable(files, path)).toList();
    List<Input> named = named(files, all);
    List<TextFile> detected =
        texts.isEmpty()
            ? List.of()
            : TextInputs.find(files, texts, settings.documents(), settings.reading(), notes);
    List<Input> ofText = new ArrayList<>();
    List<Input> tables = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    int text = 0;
    for (Input input : named) {
      boolean table = isTable(files, input.file().path());
      TextFile file = table ? input.file() : detected.get(text++);
      if (table) {
        tables.add(input);
      } else if (file.length() == 0) {
        empty.add(input.name());
      } else {
        ofText.add(new Input(file, input.name()));
      }
    }
    return new RedactionInputs(ofText, tables, empty);
  }

  private static boolean isTable(HadoopFiles files, String path) {
    return TextFormat.isTable(files.path(path).getName().toLowerCase(Locale.ROOT));
  }

  private static List<Input> named(HadoopFiles files, List<TextFile> all) {
    List<Path> paths =
        all.stream()
            .map(file -> files.path(file.path()))
            .map(path -> files.fileSystem(path).makeQualified(path))
            .toList();
    if (paths.isEmpty()) {
      throw new InputException("no files to redact: the folders are empty");
    }
    Set<Path> different = new HashSet<>();
    Path common = parent(paths.get(0));
    for (Path path : paths) {
      if (!different.add(path)) {
        throw new InputException(path + ": is given twice");
      }
      while (!path.toString().startsWith(prefix(common))) {
        common = parent(common);
      }
    }
    List<Input> named = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String path = paths.get(i).toString();
      String name = path.substring(prefix(common).length());
      if (Arrays.stream(name.split("/")).anyMatch(Glob::isHidden)) {
        throw new InputException(
            path + ": a name in the output would begin with . or _, which readers skip");
      }
      named.add(new Input(all.get(i), name));
    }
    return named;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new InputException(path + ": expected inputs on one file system");
    }
    return parent;
  }

  private static String prefix(Path folder) {
    String text = folder.toString();
    return text.endsWith("/") ? text : text + "/";
  }
}
