package io.centroid.data;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Sha256;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The concatenation of several sources of the same kind, as when new data arrives in partitions.
 * Each part is distributed over all workers separately. The key of an example combines the name of
 * its part and its key there, so that a validation example stays one when parts are added or
 * removed.
 *
 * <p>Immutable and serializable.
 */
public final class JoinedSource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  /** Bits of a key within a part: record numbers, or line offsets up to 64 GiB. */
  private static final int KEY_BITS = 36;

  private static final int NAME_BITS = 27;

  private final List<Part> parts;
  private final List<Part> read;

  /** First key of each part by name. */
  private final Map<String, Long> keys;

  /**
   * A named source.
   *
   * @param name unique name, stable over time and clusters
   * @param source examples of the part
   */
  public record Part(String name, ExampleSource source) implements Serializable {}

  /**
   * A source of all parts in the given order.
   *
   * @throws InputException if two parts have the same name
   */
  public JoinedSource(List<Part> parts) {
    this(List.copyOf(parts), List.copyOf(parts));
  }

  private JoinedSource(List<Part> parts, List<Part> read) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no parts");
    }
    this.parts = parts;
    this.read = read;
    this.keys = keys(parts);
  }

  /**
   * The first key of each part, by the hash of its name. Of two parts with one hash the later one
   * gets another, so that the keys of the others do not depend on it.
   */
  private static Map<String, Long> keys(List<Part> parts) {
    Map<String, Long> keys = new HashMap<>();
    Set<Long> taken = new HashSet<>();
    for (Part part : parts) {
      long key = key(part.name());
      for (int attempt = 1; !taken.add(key); attempt++) {
        key = key(part.name() + "/" + attempt);
      }
      if (keys.put(part.name(), key) != null) {
        throw new InputException(
            "data.parts: "
                + InputErrors.quote(part.name())
                + " is not unique: another part has the same name");
      }
    }
    return keys;
  }

  private static long key(String name) {
    String hash = Sha256.of(name).substring(0, 8);
    return (Long.parseLong(hash, 16) & ((1L << NAME_BITS) - 1)) << KEY_BITS;
  }

  /** The same examples with the same keys, restricted to some of the parts. */
  public JoinedSource only(Set<String> names) {
    return new JoinedSource(
        parts, parts.stream().filter(part -> names.contains(part.name())).toList());
  }

  @Override
  public ExampleSource withOwnCache() {
    return map(ExampleSource::withOwnCache);
  }

  /** The same parts and keys with other sources, such as parts of them. */
  public JoinedSource map(UnaryOperator<ExampleSource> change) {
    return new JoinedSource(map(parts, change), map(read, change));
  }

  private static List<Part> map(List<Part> parts, UnaryOperator<ExampleSource> change) {
    return parts.stream().map(part -> new Part(part.name(), change.apply(part.source()))).toList();
  }

  /** The sources that are read. */
  public List<ExampleSource> sources() {
    return read.stream().map(Part::source).toList();
  }

  /** The schema of the first part with the total count; all parts must have the same schema. */
  @Override
  public SourceSchema schema(Split split) {
    List<SourceSchema> schemas = new ArrayList<>();
    for (Part part : read) {
      schemas.add(part.source().schema(split));
    }
    SourceSchema first = schemas.get(0);
    long count = 0;
    boolean known = true;
    for (int i = 0; i < schemas.size(); i++) {
      SourceSchema schema = schemas.get(i);
      if (!schema.shape().equals(first.shape())
          || schema.kind() != first.kind()
          || schema.labeled() != first.labeled()) {
        throw InputErrors.of(
            read.get(i).source().place(split),
            "an example",
            described(first) + " as in " + read.get(0).source().place(split),
            described(schema));
      }
      known &= schema.count().isPresent();
      count += schema.count().orElse(0);
    }
    return new SourceSchema(
        first.shape(),
        first.kind(),
        known ? OptionalLong.of(count) : OptionalLong.empty(),
        first.labeled());
  }

  @Override
  public String place(Split split) {
    String first = read.get(0).source().place(split);
    return read.size() == 1 ? first : first + " and " + (read.size() - 1) + " more";
  }

  @Override
  public String keyName() {
    return "a part's hash * 2^" + KEY_BITS + " + " + parts.get(0).source().keyName();
  }

  @Override
  public String place(Split split, long key) {
    long first = key >> KEY_BITS << KEY_BITS;
    for (Part part : read) {
      if (Objects.requireNonNull(keys.get(part.name())) == first) {
        return part.source().place(split, key - first);
      }
    }
    return place(split);
  }

  /**
   * Each part has its own shuffle seed, so that no worker gets the surplus example of every part.
   */
  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    for (Part part : read) {
      long first = Objects.requireNonNull(keys.get(part.name()));
      part.source()
          .read(
              split,
              Seed.mix(seed ^ first),
              worker,
              workers,
              new Shifted(first, part.source().place(split), sink));
    }
  }

  private static String described(SourceSchema schema) {
    return schema.shape()
        + " of "
        + schema.kind().name().toLowerCase(java.util.Locale.ROOT)
        + (schema.labeled() ? "" : " without a target");
  }

  /** Adds the first key of a part to its keys. */
  private record Shifted(long first, String place, ExampleSink sink) implements ExampleSink {
    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      sink.image(shifted(key), pixels, offset, target);
    }

    @Override
    public void row(long key, float[] values, float target) {
      sink.row(shifted(key), values, target);
    }

    @Override
    public void span(long key, boolean validation, int[] tokens, int length) {
      sink.span(shifted(key), validation, tokens, length);
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      sink.text(shifted(key), tokens, length, target);
    }

    @Override
    public void truncated() {
      sink.truncated();
    }

    @Override
    public void empty() {
      sink.empty();
    }

    private long shifted(long key) {
      if (key < 0 || key >= 1L << KEY_BITS) {
        throw InputErrors.of(place, "key " + key + ": a part may have at most 64 GiB; split it");
      }
      return first + key;
    }
  }
}
