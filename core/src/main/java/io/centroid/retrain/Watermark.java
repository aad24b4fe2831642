package io.centroid.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
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
public record Watermark(int lastAttempt, Map<String, Taken> taken) {
  private static final int FORMAT = 1;

  public Watermark {
    taken = Collections.unmodifiableMap(new TreeMap<>(taken));
  }

  /** Nothing was ever taken. */
  static final Watermark NONE = new Watermark(0, Map.of());

  /**
   * A delivery.
   *
   * @param attempt that judged it last
   * @param refusals how often it was refused; 0: later attempts train on it
   */
  public record Taken(int attempt, int refusals, List<DataFile> files) {
    public Taken {
      files = List.copyOf(files);
    }

    /** Whether later attempts leave it out. */
    public boolean isRefused() {
      return refusals > 0;
    }
  }

  Optional<Taken> of(String delivery) {
    return Optional.ofNullable(taken.get(delivery));
  }

  /** With the outcome of an attempt; noting it twice is noting it once. */
  Watermark with(int attempt, List<Delivery> judged, boolean refused) {
    if (attempt <= lastAttempt) {
      return this;
    }
    Map<String, Taken> all = new TreeMap<>(taken);
    for (Delivery delivery : judged) {
      int before = of(delivery.name()).map(Taken::refusals).orElse(0);
      all.put(delivery.name(), new Taken(attempt, refused ? before + 1 : 0, delivery.files()));
    }
    return new Watermark(attempt, all);
  }

  /** Indented, sealed JSON in UTF-8. */
  public byte[] toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", FORMAT).put("lastAttempt", lastAttempt);
    ObjectNode deliveries = node.putObject("deliveries");
    taken.forEach(
        (name, one) -> {
          ObjectNode entry = deliveries.putObject(name);
          entry.put("attempt", one.attempt()).put("refusals", one.refusals());
          FileList.write(entry, "files", one.files());
        });
    return SealedJson.write(node);
  }

  /**
   * Reads a watermark.
   *
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static Watermark parse(String file, byte[] json) {
    JsonFields fields = JsonFields.parseShallow(file, json);
    SealedJson.verify(fields, json);
    fields.integer("format", FORMAT, FORMAT);
    try {
      return new Watermark(
          (int) fields.integer("lastAttempt", 0, Integer.MAX_VALUE),
          fields.map(
              "deliveries",
              (all, name) -> {
                JsonFields entry = all.fields(name);
                return new Taken(
                    (int) entry.integer("attempt", 1, Integer.MAX_VALUE),
                    (int) entry.integer("refusals", 0, Integer.MAX_VALUE - 1),
                    FileList.read(entry, "files"));
              }));
    } catch (IllegalArgumentException e) {
      throw Rejection.of(file, String.valueOf(e.getMessage()), e);
    }
  }
}
