package io.centroid.run.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * The data that a stored model is measured on. Where a model's files say that its data is, is
 * opened only if the user accepts it: a model may come from anywhere.
 *
 * @param recorded whether the location that the model records is accepted
 * @param overrides overrides of the model's data keys as {@code key=value}; they may name a
 *     location
 */
public record DataChoice(boolean recorded, List<String> overrides) {
  /** The location that the model records. */
  public static final DataChoice RECORDED = new DataChoice(true, List.of());

  /** No location: data that is on no file system, such as the built-in digits. */
  public static final DataChoice NONE = new DataChoice(false, List.of());

  public DataChoice {
    overrides = List.copyOf(overrides);
  }

  /** A location that the overrides name. */
  public static DataChoice named(List<String> overrides) {
    return new DataChoice(false, overrides);
  }

  /** This choice with further overrides, which take precedence. */
  public DataChoice with(List<String> more) {
    return new DataChoice(recorded, Stream.concat(overrides.stream(), more.stream()).toList());
  }

  /** Whether an override may say where the data is. */
  boolean namesPlace() {
    return overrides.stream()
        .map(override -> override.substring(0, Math.max(0, override.indexOf('='))).strip())
        .anyMatch(key -> List.of("data", "data.path", "data.format").contains(key));
  }
}
