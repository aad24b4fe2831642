package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The append-only log of a model's alias records, {@code <model>/aliases/000000007.json}. */
final class AliasLog {
  static final String FOLDER = "aliases";
  private static final int MAX_BYTES = 4 << 20;

  private final Storage storage;
  private final Path folder;
  private final String model;
  private final SortedMap<Long, AliasRecord> known = new TreeMap<>();

  AliasLog(Storage storage, Path root, String model) {
    this.storage = storage;
    this.folder = new Path(root, FOLDER);
    this.model = model;
  }

  Path folder() {
    return folder;
  }

  /** The newest record; empty if there is none. */
  Optional<AliasRecord> newest() throws IOException {
    long highest = 0;
    for (FileStatus status : storage.list(folder)) {
      highest = Math.max(highest, Names.parseRecord(status.getPath()).orElse(0));
    }
    return highest == 0 ? Optional.empty() : Optional.of(read(highest));
  }

  /** The newest record, found by probing for the records after {@code known}. */
  AliasRecord newestAfter(AliasRecord known) throws IOException {
    long number = known.number();
    while (storage.exists(file(number + 1))) {
      number++;
    }
    return number == known.number() ? known : read(number);
  }

  /** All records in ascending order. Each is read once, since records never change. */
  synchronized List<AliasRecord> all() throws IOException {
    for (FileStatus status : storage.list(folder)) {
      OptionalLong number = Names.parseRecord(status.getPath());
      if (number.isPresent() && !known.containsKey(number.getAsLong())) {
        known.put(number.getAsLong(), read(number.getAsLong()));
      }
    }
    return List.copyOf(known.values());
  }

  AliasRecord read(long number) throws IOException {
    Path file = file(number);
    byte[] content;
    try {
      content = storage.read(file, MAX_BYTES);
    } catch (FileNotFoundException e) {
      throw InputErrors.of(file.toString(), "is missing, though it existed before", e);
    }
    AliasRecord record = AliasRecord.parse(file.toString(), content);
    if (record.number() != number || !record.model().equals(model)) {
      throw InputErrors.of(
          file.toString(),
          "record",
          number + " of model " + model,
          record.number() + " of model " + InputErrors.quote(record.model()));
    }
    return record;
  }

  /** Appends the next record; false if another writer appended one first. */
  boolean put(AliasRecord record) throws IOException {
    return AtomicFile.putIfAbsent(storage, file(record.number()), record.toJson());
  }

  private Path file(long number) {
    return HadoopPath.child(folder, Names.record(number));
  }
}
