package io.centroid.registry;

import io.centroid.InputErrors;
import io.centroid.io.storage.StoredFile;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content of {@code version.json}. It is written last, so a folder without one was never
 * registered.
 *
 * @param key names the attempt that made it
 * @param at when it was registered, in the writer's time
 * @param by who registered it
 * @param files every other file of the version by its place in it
 */
public record VersionRecord(
    String model,
    int version,
    String key,
    Instant at,
    String by,
    Provenance provenance,
    Map<String, StoredFile> files) {
  /** The only format version that this code reads and writes. */
  public static final int FORMAT = 1;

  /** The file that holds the record. */
  public static final String FILE = "version.json";

  /** The folder of a version that holds its checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  /** The folder of a version that holds its exports, a folder each. */
  public static final String EXPORTS = "exports";

  public VersionRecord {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    files
        .keySet()
        .forEach(
            name -> {
              if (!Names.isFile(name) || name.equals(FILE)) {
                throw new IllegalArgumentException(
                    "files: not the place of a file in this folder: " + InputErrors.quote(name));
              }
            });
  }

  /**
   * Reads a record. Keys that this version does not know are ignored.
   *
   * @param file names it in messages
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static VersionRecord parse(String file, byte[] json) {
    return VersionJson.FORM.read(file, json, VersionJson.class, VersionJson::toRecord);
  }

  /** The record as indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return VersionJson.FORM.write(VersionJson.of(this));
  }

  /** The names of the exports. */
  public Set<String> exports() {
    Set<String> names = new TreeSet<>();
    for (String file : files.keySet()) {
      String[] parts = file.split("/", 3);
      if (parts.length == 3 && parts[0].equals(EXPORTS)) {
        names.add(parts[1]);
      }
    }
    return names;
  }
}
