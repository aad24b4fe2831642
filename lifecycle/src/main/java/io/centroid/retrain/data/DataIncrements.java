package io.centroid.retrain.data;

import io.centroid.config.RunConfig;
import io.centroid.data.idx.MnistFiles;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.decoding.TextFormat;
import io.centroid.io.storage.Glob;
import io.centroid.registry.DataFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Lists the data increments in {@code data.path} and hashes their files. */
public final class DataIncrements {
  /** The coarsest resolution of modification times. */
  private static final Duration RESOLUTION = Duration.ofSeconds(2);

  private final HadoopFiles files;
  private final RunConfig.Data data;
  private final String marker;
  private final Duration minimumAge;

  public DataIncrements(HadoopFiles files, RunConfig.Data data, RunConfig.Retrain settings) {
    this.files = files;
    this.data = data;
    this.marker = settings.marker();
    this.minimumAge = settings.minimumAge();
  }

  /**
   * A listed data increment.
   *
   * @param lengths lengths of its files in bytes, by name
   * @param modified see {@link DataIncrement#modified}
   * @param waits why new content may be incomplete; empty if it is not
   */
  public record Found(
      String name,
      List<String> parts,
      SortedMap<String, Long> lengths,
      SortedMap<String, Long> modified,
      String waits) {}

  /** Lists the data increments, sorted by name. */
  public List<Found> list() {
    Path root = files.path(data.path());
    if (!files.status(root).isDirectory()) {
      throw new InputException(
          "data.path must be the folder of data increments: " + data.path() + " is a file");
    }
    List<FileStatus> entries = files.list(root);
    Set<String> names =
        entries.stream().map(entry -> entry.getPath().getName()).collect(Collectors.toSet());
    List<Found> listing = new ArrayList<>();
    for (FileStatus entry : entries) {
      String name = entry.getPath().getName();
      if (Glob.isHidden(name)) {
        continue;
      }
      if (entry.isDirectory()) {
        listing.add(folder(name, entry.getPath()));
      } else if (data.format() == RunConfig.Data.Format.CSV && TextFormat.isTable(name)) {
        String needed = marker.startsWith(".") ? name + marker : name + "." + marker;
        boolean marked = marker.isEmpty() || names.contains(needed);
        listing.add(found(name, List.of(entry), marked ? "" : "there is no " + needed));
      }
    }
    return listing;
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
      all.add(new DataFile(name, files.hash(HadoopPath.child(files.path(data.path()), name))));
    }
    return new DataIncrement(found.name(), found.parts(), all, found.modified());
  }

  private Found folder(String name, Path folder) {
    List<FileStatus> dataFiles = new ArrayList<>();
    boolean marked = marker.isEmpty();
    for (FileStatus file : files.list(folder)) {
      marked |= file.getPath().getName().equals(marker);
      if (file.isFile() && isDataFile(file.getPath().getName())) {
        dataFiles.add(file);
      }
    }
    String missing =
        !marked ? "there is no " + marker + " in it" : dataFiles.isEmpty() ? "no " + kind() : "";
    return found(name, dataFiles, missing);
  }

  /** An increment of some files; {@code missing} says why it is incomplete. */
  private Found found(String name, List<FileStatus> dataFiles, String missing) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    SortedMap<String, Long> modified = new TreeMap<>();
    long now = System.currentTimeMillis();
    long changed = 0;
    boolean single = dataFiles.size() == 1 && dataFiles.get(0).getPath().getName().equals(name);
    for (FileStatus file : dataFiles) {
      String path = single ? name : name + "/" + file.getPath().getName();
      lengths.put(path, file.getLen());
      if (now - file.getModificationTime() > RESOLUTION.toMillis()) {
        modified.put(path, file.getModificationTime());
      }
      changed = Math.max(changed, file.getModificationTime());
    }
    boolean csv = data.format() == RunConfig.Data.Format.CSV;
    List<String> parts = csv ? List.copyOf(lengths.keySet()) : List.of(name);
    Duration age = Duration.ofMillis(Math.max(0, now - changed));
    String waits = missing;
    if (missing.isEmpty() && age.compareTo(minimumAge) < 0) {
      waits =
          "it changed %s s ago, expected at least retrain.minimum-age = %s s"
              .formatted(age.toSeconds(), minimumAge.toSeconds());
    }
    return new Found(name, parts, lengths, modified, waits);
  }

  private boolean isDataFile(String name) {
    return !Glob.isHidden(name)
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
}
