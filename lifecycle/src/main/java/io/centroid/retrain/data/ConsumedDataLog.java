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

/**
 * What became of every delivery that an attempt took: those that later ones train on, and those
 * that they leave out.
 *
 * @param lastAttempt whose outcome is in it
 * @param taken by the delivery's name
 */
public record ConsumedDataLog(
    int lastAttempt, @JsonProperty("deliveries") Map<String, Taken> taken) {
  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);

  public ConsumedDataLog {
    Json.require(lastAttempt >= 0, "lastAttempt", "0 or more");
    taken = Collections.unmodifiableMap(new TreeMap<>(taken));
  }

  /** Nothing was ever taken. */
  public static final ConsumedDataLog NONE = new ConsumedDataLog(0, Map.of());

  /**
   * A delivery.
   *
   * @param attempt that judged it last
   * @param refusals how often it was refused; 0: later attempts train on it
   */
  public record Taken(int attempt, int refusals, List<DataFile> files) {
    public Taken {
      Json.require(attempt >= 1, "attempt", "1 or more");
      Json.require(
          refusals >= 0 && refusals < Integer.MAX_VALUE,
          "refusals",
          "from 0 to " + (Integer.MAX_VALUE - 1));
      files = List.copyOf(files);
    }

    /** Whether later attempts leave it out. */
    public boolean isRefused() {
      return refusals > 0;
    }
  }

  public Optional<Taken> of(String delivery) {
    return Optional.ofNullable(taken.get(delivery));
  }

  /** With the outcome of an attempt; noting it twice is noting it once. */
  public ConsumedDataLog with(int attempt, List<DataIncrement> judged, boolean refused) {
    if (attempt <= lastAttempt) {
      return this;
    }
    Map<String, Taken> all = new TreeMap<>(taken);
    for (DataIncrement delivery : judged) {
      int before = of(delivery.name()).map(Taken::refusals).orElse(0);
      all.put(delivery.name(), new Taken(attempt, refused ? before + 1 : 0, delivery.files()));
    }
    return new ConsumedDataLog(attempt, all);
  }

  /** Indented JSON in UTF-8 with a checksum. */
  public byte[] toJson() {
    return FORM.write(this);
  }

  /**
   * Reads a watermark.
   *
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static ConsumedDataLog parse(String file, byte[] json) {
    return FORM.read(file, json, ConsumedDataLog.class);
  }
}
