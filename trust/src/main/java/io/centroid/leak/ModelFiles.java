package io.centroid.leak;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.TrustSettings;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Utf8;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.RunRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * The files that describe a trained model as a whole: in the folder of its run, in that of its
 * version in a registry, or in its own folder, if it is in Hugging Face's format.
 *
 * @param files file systems
 * @param folder folder of the files
 */
public record ModelFiles(HadoopFiles files, Path folder) {
  /** Name of the file with the run's settings. */
  public static final String SETTINGS = "effective.conf";

  /** The file with the run's result. */
  public static final String RESULT = "result.json";

  /** The file with the metrics by groups of examples. */
  public static final String GROUPS = "groups.json";

  private static final int MOST_BYTES = 64 << 20;

  /** The file that makes a folder the version of a registry; a checkpoint is below it. */
  private static final String VERSION = "version.json";

  /**
   * The files of a model.
   *
   * @param model folder of a checkpoint, or of a model in Hugging Face's format
   */
  public static ModelFiles of(HadoopFiles files, String model) throws IOException {
    Path path = files.path(model);
    Path parent = path.getParent();
    if (parent == null) {
      return new ModelFiles(files, path);
    }
    if (parent.getName().equals(CheckpointStore.FOLDER)) {
      return new ModelFiles(files, Objects.requireNonNullElse(parent.getParent(), parent));
    }
    boolean isVersion = Storage.of(files, parent).exists(HadoopPath.child(parent, VERSION));
    return new ModelFiles(files, isVersion ? parent : path);
  }

  /** The content of a file; empty if it does not exist. */
  public Optional<byte[]> read(String name) throws IOException {
    Path file = path(name);
    return Storage.of(files, folder).exists(file)
        ? Optional.of(files.read(file, MOST_BYTES))
        : Optional.empty();
  }

  /** Writes a file atomically. */
  public void write(String name, byte[] content) throws IOException {
    AtomicFile.ofManyWriters(Storage.of(files, folder), path(name)).write(content);
  }

  /**
   * Checks that files may be added.
   *
   * @throws InputException if it is a version of a registry, whose files are hashed
   */
  public void requireChangeable() throws IOException {
    if (Storage.of(files, folder).exists(path(VERSION))) {
      throw new InputException(
          folder + ": a version cannot be changed; measure the run, then register it");
    }
  }

  /** The path of a file. */
  public Path path(String name) {
    return HadoopPath.child(folder, name);
  }

  /** The settings of the leak check and of the card: those of the run, with overrides. */
  public TrustSettings settings(List<String> overrides) throws IOException {
    String file = path(SETTINGS).toString();
    byte[] content = read(SETTINGS).orElse(new byte[0]);
    return TrustSettings.of(file, Utf8.strict(file, content), overrides);
  }

  /** The files that exist of those that a version of a registry keeps of its run, by name. */
  public Map<String, byte[]> kept() throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    for (String name : List.of(SETTINGS, RESULT, RunRecord.FILE, LeakRecord.FILE, GROUPS)) {
      read(name).ifPresent(content -> found.put(name, content));
    }
    return found;
  }
}
