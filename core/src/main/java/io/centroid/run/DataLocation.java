package io.centroid.run;

import io.centroid.InputException;
import io.centroid.corpus.CorpusManifest;
import io.centroid.data.HadoopFiles;
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
   * CSV, a folder of IDX files is IDX, one with a corpus's manifest is tokens.
   *
   * @throws InputException if it is neither
   */
  public static List<String> overrides(
      HadoopFiles files, String location, @Nullable String format) {
    Path path = files.path(location);
    List<String> overrides = new ArrayList<>();
    overrides.add("data.path=" + location);
    overrides.add("data.format=" + (format == null ? formatOf(files, path) : format));
    for (String key : List.of("train-file", "train-labels-file", "test-file", "test-labels-file")) {
      overrides.add("data." + key + "=");
    }
    return overrides;
  }

  private static String formatOf(HadoopFiles files, Path path) {
    if (!files.status(path).isDirectory()) {
      if (isCsv(path)) {
        return "csv";
      }
      throw new InputException(path + ": expected a .csv file, or a folder of CSV or IDX files");
    }
    boolean csv = false;
    for (FileStatus file : files.list(path)) {
      if (file.getPath().getName().equals(CorpusManifest.FILE)) {
        return "tokens";
      }
      if (file.getPath().getName().contains("-ubyte")) {
        return "idx";
      }
      csv |= isCsv(file.getPath());
    }
    if (csv) {
      return "csv";
    }
    throw new InputException(
        path + ": found no IDX files (*-ubyte), no CSV files (*.csv) and no prepared corpus");
  }

  private static boolean isCsv(Path path) {
    return path.getName().endsWith(".csv") || path.getName().endsWith(".csv.gz");
  }
}
