package io.centroid.run;

import io.centroid.InputException;
import io.centroid.corpus.CorpusManifest;
import io.centroid.io.HadoopFiles;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Data named on the command line in place of a run's own. */
public final class DataLocation {
  private DataLocation() {}

  /**
   * The configuration overrides that read it: a {@code .csv} file or a folder that holds some is
   * CSV, or labelled texts if the model reads those; a folder of IDX files is IDX, and {@code
   * .jsonl} files are labelled texts; a folder with a corpus's manifest is tokens.
   *
   * @param texts whether the model classifies texts
   * @throws InputException if it is neither
   */
  public static List<String> overrides(
      HadoopFiles files, String location, @Nullable String format, boolean texts) {
    Path path = files.path(location);
    List<String> overrides = new ArrayList<>();
    overrides.add("data.path=" + location);
    overrides.add("data.parts=[]");
    overrides.add("data.format=" + (format == null ? formatOf(files, path, texts) : format));
    for (String key : List.of("train-file", "train-labels-file", "test-file", "test-labels-file")) {
      overrides.add("data." + key + "=");
    }
    return overrides;
  }

  private static String formatOf(HadoopFiles files, Path path, boolean texts) {
    if (!files.status(path).isDirectory()) {
      if (isJsonLines(path)) {
        return "texts";
      }
      if (isCsv(path)) {
        return texts ? "texts" : "csv";
      }
      throw new InputException(
          path + ": expected a .csv or .jsonl file, or a folder of CSV, JSON Lines or IDX files");
    }
    boolean csv = false;
    boolean jsonLines = false;
    for (FileStatus file : files.list(path)) {
      if (file.getPath().getName().equals(CorpusManifest.FILE)) {
        return "tokens";
      }
      if (file.getPath().getName().contains("-ubyte")) {
        return "idx";
      }
      csv |= isCsv(file.getPath());
      jsonLines |= isJsonLines(file.getPath());
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

  private static boolean isJsonLines(Path path) {
    return path.getName().endsWith(".jsonl") || path.getName().endsWith(".jsonl.gz");
  }

  private static boolean isCsv(Path path) {
    return path.getName().endsWith(".csv") || path.getName().endsWith(".csv.gz");
  }
}
