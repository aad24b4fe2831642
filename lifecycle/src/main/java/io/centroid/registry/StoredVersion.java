package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** A registered version. Only its record has been read; {@link #verify} reads all its files. */
public final class StoredVersion {
  private final Storage storage;
  private final Path path;
  private final VersionRecord record;

  StoredVersion(Storage storage, Path path, VersionRecord record) {
    this.storage = storage;
    this.path = path;
    this.record = record;
  }

  /**
   * The version in a folder.
   *
   * @throws InputException if its record is not valid
   */
  public static StoredVersion at(HadoopFiles files, Path folder) throws IOException {
    Storage storage = Storage.of(files, folder);
    Path path = storage.qualified(folder);
    Path file = new Path(path, VersionRecord.FILE);
    byte[] json = storage.read(file, VersionFolder.MAX_BYTES);
    return new StoredVersion(storage, path, VersionRecord.parse(file.toString(), json));
  }

  public int number() {
    return record.version();
  }

  /** The version's folder. */
  public Path path() {
    return path;
  }

  public VersionRecord record() {
    return record;
  }

  /** The folder of the checkpoint. */
  public Path checkpoint() {
    return new Path(path, VersionRecord.CHECKPOINT);
  }

  /**
   * The folder of an export.
   *
   * @throws InputException if the version has no export of this name
   */
  public Path export(String name) {
    if (!record.exports().contains(name)) {
      throw new InputException(
          "%s has no export %s: it has %s"
              .formatted(
                  this,
                  InputErrors.quote(name),
                  record.exports().isEmpty() ? "none" : String.join(", ", record.exports())));
    }
    return HadoopPath.child(new Path(path, VersionRecord.EXPORTS), name);
  }

  /**
   * Reads a small file of the version and verifies its SHA-256.
   *
   * @param maxBytes maximum length in bytes
   */
  public byte[] read(String file, int maxBytes) throws IOException {
    StoredFile expected = record.files().get(file);
    if (expected == null) {
      throw new InputException(this + " has no file " + InputErrors.quote(file));
    }
    Path place = HadoopPath.child(path, file);
    byte[] content = storage.read(place, maxBytes);
    String found = Sha256.of(content);
    if (!found.equals(expected.sha256())) {
      throw InputErrors.of(place.toString(), "SHA-256", expected.sha256(), found);
    }
    return content;
  }

  /**
   * Verifies the length and SHA-256 of every file.
   *
   * @return one line per damaged or missing file; empty if the version is intact
   */
  public List<String> verify() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, StoredFile> entry : record.files().entrySet()) {
      Path place = HadoopPath.child(path, entry.getKey());
      StoredFile expected = entry.getValue();
      try {
        StoredFile found = storage.hash(place);
        if (found.bytes() != expected.bytes()) {
          problems.add(
              "%s: length: expected %s bytes, found %s"
                  .formatted(place, expected.bytes(), found.bytes()));
        } else if (!found.equals(expected)) {
          problems.add(
              "%s: SHA-256: expected %s, found %s"
                  .formatted(place, expected.sha256(), found.sha256()));
        }
      } catch (FileNotFoundException e) {
        problems.add(place + ": is missing, though " + VersionRecord.FILE + " lists it");
      }
    }
    return problems;
  }

  /**
   * Records the present length and hash of files that were replaced or added, such as a manifest
   * whose key was replaced; a file that is missing is no longer recorded.
   *
   * @param names relative paths
   */
  public void recordAgain(List<String> names) throws IOException {
    Map<String, StoredFile> files = new TreeMap<>(record.files());
    for (String name : names) {
      Path file = HadoopPath.child(path, name);
      if (storage.exists(file)) {
        files.put(name, storage.hash(file));
      } else {
        files.remove(name);
      }
    }
    if (!files.equals(record.files())) {
      AtomicFile.ofOneWriter(storage, new Path(path, VersionRecord.FILE))
          .write(record.with(files).toJson());
    }
  }

  @Override
  public String toString() {
    return "version " + number() + " of " + record.model();
  }
}
