package io.centroid.run.data;

import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.idx.MnistFiles;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.TextFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A data location on the command line, which replaces the run's own data. */
public final class DataLocation {
  /** Keys of file names, which other data does not share. */
  static final List<String> FILE_KEYS =
      List.of(
          "data.train-file", "data.train-labels-file", "data.test-file", "data.test-labels-file");

  private DataLocation() {}

  /**
   * Configuration overrides for the data. {@code .csv} and {@code .tsv} files, or a folder of them,
   * are CSV, or labeled texts for a text classifier. {@code .jsonl} files are labeled texts. A
   * folder of IDX files is IDX, and a folder with a corpus manifest is tokens.
   *
   * @param format value of {@code data.format}; null to detect it
   * @param texts whether the model is a text classifier
   * @throws InputException if the format is not recognized
   */
  public static List<String> overrides(
      HadoopFiles files, String location, @Nullable String format, boolean texts) {
    Path path = files.path(location);
    List<String> overrides = new ArrayList<>();
    // A value that begins with a bracket would be parsed as a list or an object.
    boolean parsed = location.startsWith("[") || location.startsWith("{");
    overrides.add("data.path=" + (parsed ? "./" : "") + location);
    overrides.add("data.parts=[]");
    overrides.add("data.format=" + (format == null ? formatOf(files, path, texts) : format));
    FILE_KEYS.forEach(key -> overrides.add(key + "="));
    return overrides;
  }

  private static String formatOf(HadoopFiles files, Path path, boolean texts) {
    if (!files.status(path).isDirectory()) {
      if (TextFormat.JSON_LINES.isOf(path.getName())) {
        return "texts";
      }
      if (TextFormat.isTable(path.getName())) {
        return texts ? "texts" : "csv";
      }
      throw new InputException(
          path
              + ": expected a .csv, .tsv or .jsonl file, or a folder of CSV, JSON Lines or IDX"
              + " files");
    }
    boolean csv = false;
    boolean jsonLines = false;
    for (FileStatus file : files.list(path)) {
      String name = file.getPath().getName();
      if (name.equals(CorpusManifest.FILE)) {
        return "tokens";
      }
      if (MnistFiles.isIdx(name)) {
        return "idx";
      }
      csv |= TextFormat.isTable(name);
      jsonLines |= TextFormat.JSON_LINES.isOf(name);
    }
    if (jsonLines || (csv && texts)) {
      return "texts";
    }
    if (csv) {
      return "csv";
    }
    throw new InputException(
        path
            + ": found no IDX files (*-ubyte), CSV files (*.csv), JSON Lines (*.jsonl) or prepared"
            + " corpus");
  }
}
