package io.centroid.run.data;

import io.centroid.data.corpus.CorpusManifest;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.TextFormat;
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
   * CSV, or labeled texts if the model reads those; a folder of IDX files is IDX, and {@code
   * .jsonl} files are labeled texts; a folder with a corpus's manifest is tokens.
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
      if (TextFormat.JSON_LINES.isOf(path.getName())) {
        return "texts";
      }
      if (TextFormat.CSV.isOf(path.getName())) {
        return texts ? "texts" : "csv";
      }
      throw new InputException(
          path + ": expected a .csv or .jsonl file, or a folder of CSV, JSON Lines or IDX files");
    }
    boolean csv = false;
    boolean jsonLines = false;
    for (FileStatus file : files.list(path)) {
      String name = file.getPath().getName();
      if (name.equals(CorpusManifest.FILE)) {
        return "tokens";
      }
      if (name.contains("-ubyte")) {
        return "idx";
      }
      csv |= TextFormat.CSV.isOf(name);
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
