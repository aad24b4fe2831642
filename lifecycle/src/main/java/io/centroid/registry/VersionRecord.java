package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.io.storage.StoredFile;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content of {@code version.json}. It is written last, so a folder without it is not
 * registered.
 *
 * @param key idempotency key of the registration
 * @param at time of registration by the writer's clock
 * @param by user that registered the version
 * @param files all other files of the version by relative path
 */
public record VersionRecord(
    String model,
    int version,
    String key,
    Instant at,
    String by,
    VersionProvenance provenance,
    Map<String, StoredFile> files) {
  /** The only format version that this code reads and writes. */
  public static final int FORMAT = 1;

  /** The name of the file. */
  public static final String FILE = "version.json";

  /** The subfolder of the checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  /** The subfolder of the exports, one folder each. */
  public static final String EXPORTS = "exports";

  public VersionRecord {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    files
        .keySet()
        .forEach(
            name -> {
              if (!Names.isFile(name) || name.equals(FILE)) {
                throw new IllegalArgumentException(
                    "files: not a valid relative path: " + InputErrors.quote(name));
              }
            });
  }

  /**
   * Reads a record. Unknown keys are ignored.
   *
   * @param file name of the file in messages
   * @throws io.centroid.error.InputException if the content is not a valid record
   */
  public static VersionRecord parse(String file, byte[] json) {
    return VersionJson.FORM.read(file, json, VersionJson.class, VersionJson::toRecord);
  }

  /** The record as indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return VersionJson.FORM.write(VersionJson.of(this));
  }

  /** This record with other files. */
  VersionRecord with(Map<String, StoredFile> other) {
    return new VersionRecord(model, version, key, at, by, provenance, other);
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
