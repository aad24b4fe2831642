package io.centroid.retrain.data;

import io.centroid.config.RunConfig;
import io.centroid.data.idx.MnistFiles;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.TextFormat;
import io.centroid.registry.DataFile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Lists the data increments in {@code data.path} and hashes their files. */
public final class DataIncrements {
  private final HadoopFiles files;
  private final RunConfig.Data data;
  private final String marker;

  public DataIncrements(HadoopFiles files, RunConfig.Data data, String marker) {
    this.files = files;
    this.data = data;
    this.marker = marker;
  }

  /** A listed data increment with the lengths of its files in bytes. */
  public record Found(String name, List<String> parts, TreeMap<String, Long> lengths) {}

  /** The complete data increments, sorted by name. */
  public List<Found> find() {
    Path root = files.path(data.path());
    if (!files.status(root).isDirectory()) {
      throw new InputException(
          "data.path must be the folder of data increments: " + data.path() + " is a file");
    }
    List<Found> found = new ArrayList<>();
    for (FileStatus entry : files.list(root)) {
      String name = entry.getPath().getName();
      if (isHidden(name)) {
        continue;
      }
      if (entry.isFile()) {
        if (data.format() == RunConfig.Data.Format.CSV && TextFormat.isTable(name)) {
          found.add(single(name, entry.getLen()));
        }
      } else {
        folder(name, entry.getPath()).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Hashes the files of a data set outside {@code data.path}: the frozen validation set. */
  public List<DataFile> hashed(String place) {
    Path path = files.path(place);
    FileStatus status = files.status(path);
    if (status.isFile()) {
      return List.of(new DataFile(path.getName(), files.hash(path)));
    }
    List<DataFile> all = new ArrayList<>();
    for (FileStatus file : files.list(path)) {
      if (file.isFile() && isDataFile(file.getPath().getName())) {
        all.add(new DataFile(file.getPath().getName(), files.hash(file.getPath())));
      }
    }
    if (all.isEmpty()) {
      throw InputErrors.of(place, "contains no " + kind());
    }
    return all;
  }

  /** Hashes all files of a data increment. */
  public DataIncrement hashed(Found found) {
    List<DataFile> all = new ArrayList<>();
    for (String name : found.lengths().keySet()) {
      all.add(new DataFile(name, files.hash(new Path(files.path(data.path()), name))));
    }
    return new DataIncrement(found.name(), found.parts(), all);
  }

  private java.util.Optional<Found> folder(String name, Path folder) {
    TreeMap<String, Long> lengths = new TreeMap<>();
    boolean complete = marker.isEmpty();
    for (FileStatus file : files.list(folder)) {
      complete |= file.getPath().getName().equals(marker);
      if (file.isFile() && isDataFile(file.getPath().getName())) {
        lengths.put(name + "/" + file.getPath().getName(), file.getLen());
      }
    }
    if (!complete) {
      return java.util.Optional.empty();
    }
    if (lengths.isEmpty()) {
      throw InputErrors.of(folder.toString(), "is a data increment without " + kind());
    }
    List<String> parts =
        data.format() == RunConfig.Data.Format.CSV ? List.copyOf(lengths.keySet()) : List.of(name);
    return java.util.Optional.of(new Found(name, parts, lengths));
  }

  private static Found single(String name, long length) {
    TreeMap<String, Long> lengths = new TreeMap<>();
    lengths.put(name, length);
    return new Found(name, List.of(name), lengths);
  }

  private boolean isDataFile(String name) {
    return !isHidden(name)
        && !name.equals(marker)
        && (data.format() == RunConfig.Data.Format.CSV
            ? TextFormat.isTable(name)
            : MnistFiles.isIdx(name));
  }

  private String kind() {
    return data.format() == RunConfig.Data.Format.CSV
        ? "CSV file"
        : "IDX file (*-idx3-ubyte, *-idx1-ubyte)";
  }

  /** Files that Hadoop's input formats skip: unfinished files and markers. */
  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
