package io.centroid.retrain;

import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.registry.DataFile;
import io.centroid.retrain.data.ConsumedDataLog;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The folder {@code <model>/retrain} of the registry: the watermark, the hashes of the frozen
 * validation set, and one folder per attempt. Only the lease holder writes there.
 */
final class RetrainFolder {
  private static final int MAX_BYTES = 256 << 20;
  private static final ChecksummedJson PINNED = new ChecksummedJson("format", 1);

  private final Storage storage;
  private final Path root;

  RetrainFolder(HadoopFiles files, Path model) {
    this.storage = Storage.of(files, model);
    this.root = storage.qualified(new Path(model, "retrain"));
  }

  Path root() {
    return root;
  }

  /** The folder of an attempt. */
  Path attempt(int number) {
    return HadoopPath.child(root, String.format(Locale.ROOT, "attempts/%06d", number));
  }

  ConsumedDataLog watermark() throws IOException {
    Path file = new Path(root, "watermark.json");
    return storage.exists(file)
        ? ConsumedDataLog.parse(file.toString(), storage.read(file, MAX_BYTES))
        : ConsumedDataLog.NONE;
  }

  void write(ConsumedDataLog watermark) throws IOException {
    write(new Path(root, "watermark.json"), watermark.toJson());
  }

  /** The attempt with the highest number; empty if there is none. */
  Optional<Attempt> newest() throws IOException {
    int highest = 0;
    for (FileStatus status : storage.list(new Path(root, "attempts"))) {
      String name = status.getPath().getName();
      boolean written = name.matches("\\d{6,9}") && storage.exists(state(status.getPath()));
      highest = written ? Math.max(highest, Integer.parseInt(name)) : highest;
    }
    if (highest == 0) {
      return Optional.empty();
    }
    Path file = state(attempt(highest));
    return Optional.of(Attempt.parse(file.toString(), storage.read(file, MAX_BYTES)));
  }

  void write(Attempt attempt) throws IOException {
    storage.createFolder(attempt(attempt.number()));
    write(state(attempt(attempt.number())), attempt.toJson());
  }

  /** Writes a file and replaces an existing one. */
  void write(Path file, byte[] content) throws IOException {
    storage.createFolder(file.getParent());
    AtomicFile.ofOneWriter(storage, file).write(content);
  }

  void delete(Path path) throws IOException {
    storage.delete(path);
  }

  /** Whether the frozen validation set is pinned. */
  boolean isPinned() throws IOException {
    return storage.exists(new Path(root, "validation.json"));
  }

  /**
   * Pins the hashes of the frozen validation set, or verifies the set against the pinned hashes.
   *
   * @throws InputException if the set differs from the pinned one
   */
  void pin(String place, List<DataFile> files) throws IOException {
    Path file = new Path(root, "validation.json");
    if (!storage.exists(file)
        && !AtomicFile.putIfAbsent(storage, file, PINNED.write(new Pinned(files)))) {
      throw new IOException(file + " was written by another process");
    }
    byte[] json = storage.read(file, MAX_BYTES);
    requireSame(place, file, PINNED.read(file.toString(), json, Pinned.class).files(), files);
  }

  /** The pinned files of the frozen validation set. */
  record Pinned(List<DataFile> files) {}

  private static void requireSame(
      String place, Path pinned, List<DataFile> expected, List<DataFile> found) {
    TreeMap<String, DataFile> now = new TreeMap<>();
    found.forEach(one -> now.put(one.name(), one));
    for (DataFile one : expected) {
      DataFile there = now.remove(one.name());
      if (!one.equals(there)) {
        throw changed(
            place,
            pinned,
            one.name(),
            one.sha256(),
            there == null ? "no such file" : there.sha256());
      }
    }
    if (!now.isEmpty()) {
      throw changed(place, pinned, now.firstKey(), "no such file", "one");
    }
  }

  private static InputException changed(
      String place, Path pinned, String name, String expected, String found) {
    return new InputException(
        "retrain.validation %s is not the set that was pinned in %s: %s: expected %s, found %s"
            .formatted(place, pinned, name, expected, found));
  }

  private static Path state(Path attempt) {
    return new Path(attempt, "state.json");
  }
}
