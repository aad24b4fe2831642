package io.centroid.retrain.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.registry.DataFile;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The watermark: the data increments that attempts have used, and which of them are quarantined.
 *
 * @param lastAttempt last attempt whose outcome is recorded
 * @param entries entries by name of the data increment
 */
public record ConsumedDataLog(
    int lastAttempt, @JsonProperty("increments") Map<String, Entry> entries) {
  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);

  public ConsumedDataLog {
    Json.require(lastAttempt >= 0, "lastAttempt", "0 or more");
    entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  /** The empty log. */
  public static final ConsumedDataLog NONE = new ConsumedDataLog(0, Map.of());

  /**
   * A used data increment.
   *
   * @param attempt last attempt that used it
   * @param quarantines how often it was quarantined; 0 if later attempts train on it
   * @param files files of the increment
   * @param modified see {@link DataIncrement#modified}
   * @param defect why it cannot be used; null if it could
   */
  public record Entry(
      int attempt,
      int quarantines,
      List<DataFile> files,
      @Nullable Map<String, Long> modified,
      @Nullable String defect) {
    public Entry {
      Json.require(attempt >= 1, "attempt", "1 or more");
      Json.require(
          quarantines >= 0 && quarantines < Integer.MAX_VALUE,
          "quarantines",
          "from 0 to " + (Integer.MAX_VALUE - 1));
      files = List.copyOf(files);
      modified = modified == null ? null : Map.copyOf(modified);
    }

    /** Whether lengths and modification times say that its files are still the same. */
    public boolean looksLike(DataIncrements.Found found) {
      return hasLengthsOf(found)
          && found.modified().keySet().equals(found.lengths().keySet())
          && found.modified().equals(modified);
    }

    /** Whether it still has the same files of the same lengths. */
    public boolean hasLengthsOf(DataIncrements.Found found) {
      return DataIncrement.lengths(files).equals(found.lengths());
    }

    /** Whether later attempts exclude it. */
    public boolean isQuarantined() {
      return quarantines > 0;
    }
  }

  public Optional<Entry> of(String increment) {
    return Optional.ofNullable(entries.get(increment));
  }

  /** The log with the outcome of an attempt added. Idempotent. */
  public ConsumedDataLog with(int attempt, List<DataIncrement> used, boolean quarantined) {
    if (attempt <= lastAttempt) {
      return this;
    }
    Map<String, Entry> all = new TreeMap<>(entries);
    for (DataIncrement increment : used) {
      int before = of(increment.name()).map(Entry::quarantines).orElse(0);
      all.put(
          increment.name(),
          new Entry(
              attempt,
              quarantined ? before + 1 : 0,
              increment.files(),
              increment.modified(),
              null));
    }
    return new ConsumedDataLog(attempt, all);
  }

  /**
   * The log with defective data increments quarantined.
   *
   * @param attempt number of the attempt that would have used them
   * @param defects reasons by increment
   */
  public ConsumedDataLog withDefects(int attempt, Map<DataIncrement, String> defects) {
    Map<String, Entry> all = new TreeMap<>(entries);
    defects.forEach(
        (increment, reason) -> all.put(increment.name(), entry(attempt, increment, reason)));
    return new ConsumedDataLog(lastAttempt, all);
  }

  private Entry entry(int attempt, DataIncrement increment, String reason) {
    boolean again =
        of(increment.name())
            .filter(before -> before.isQuarantined() && before.files().equals(increment.files()))
            .isPresent();
    return new Entry(attempt, again ? 2 : 1, increment.files(), increment.modified(), reason);
  }

  /** Indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }

  /**
   * Parses {@code watermark.json}.
   *
   * @throws io.centroid.error.InputException if the content is not a valid watermark
   */
  public static ConsumedDataLog parse(String file, byte[] json) {
    return FORM.read(file, json, ConsumedDataLog.class);
  }
}
