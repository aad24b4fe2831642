package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The folder {@code <model>/versions}: lists, reads and removes versions. */
final class VersionFolder {
  static final String FOLDER = "versions";

  /** Name prefix of versions that are being deleted. */
  static final String REMOVED = ".removed-";

  static final int MAX_BYTES = 64 << 20;

  private final Storage storage;
  private final Path folder;
  private final String model;

  VersionFolder(Storage storage, Path root, String model) {
    this.storage = storage;
    this.folder = new Path(root, FOLDER);
    this.model = model;
  }

  Path folder() {
    return folder;
  }

  Path path(int version) {
    return HadoopPath.child(folder, Names.version(version));
  }

  /** The numbers of the committed versions in ascending order. */
  List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (FileStatus status : storage.list(folder)) {
      OptionalInt number = Names.parseVersion(status.getPath().getName());
      if (number.isPresent() && status.isDirectory() && directory(number.getAsInt()).isComplete()) {
        numbers.add(number.getAsInt());
      }
    }
    numbers.sort(null);
    return numbers;
  }

  /** The highest number with a folder, committed or not; 0 if there is none. */
  int highest() throws IOException {
    int highest = 0;
    for (FileStatus status : storage.list(folder)) {
      highest = Math.max(highest, Names.parseVersion(status.getPath().getName()).orElse(0));
    }
    return highest;
  }

  boolean exists(int version) throws IOException {
    return storage.exists(new Path(path(version), VersionRecord.FILE));
  }

  StoredVersion read(int version) throws IOException {
    Optional<StoredVersion> found = find(version);
    if (found.isEmpty()) {
      throw new InputException(
          "%s has no version %s: %s contains %s".formatted(model, version, folder, described()));
    }
    return found.get();
  }

  /** The version; empty if it does not exist. */
  Optional<StoredVersion> find(int version) throws IOException {
    Path path = storage.qualified(path(version));
    Path file = new Path(path, VersionRecord.FILE);
    byte[] json;
    try {
      json = storage.read(file, MAX_BYTES);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    VersionRecord record = VersionRecord.parse(file.toString(), json);
    if (record.version() != version || !record.model().equals(model)) {
      throw InputErrors.of(
          file.toString(),
          "version",
          version + " of model " + model,
          record.version() + " of model " + InputErrors.quote(record.model()));
    }
    return Optional.of(new StoredVersion(storage, path, record));
  }

  /** Unpublishes a version atomically, then deletes it. */
  void remove(int version) throws IOException {
    directory(version).remove(AtomicDirectory.hidden(REMOVED, Names.version(version)));
  }

  /** The folder of a version, for registration and removal. */
  AtomicDirectory directory(int version) {
    return new AtomicDirectory(storage, path(version), VersionRecord.FILE);
  }

  /** The range of versions, for messages. */
  String described() throws IOException {
    List<Integer> numbers = numbers();
    return numbers.isEmpty()
        ? "none"
        : numbers.size() == 1
            ? "version " + numbers.get(0)
            : "versions " + numbers.get(0) + " to " + numbers.get(numbers.size() - 1);
  }
}
