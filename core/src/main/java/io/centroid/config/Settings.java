package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.config.hocon.ConfigSources;
import io.centroid.config.hocon.Hocon;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Key-value settings from reference.conf, a file and the command line. Error messages name the key,
 * the value and where it was set.
 */
public final class Settings {
  private final Config config;

  private Settings(Config config) {
    this.config = config;
  }

  /**
   * Reads and merges the sources.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults
   * @param overrides overrides as {@code key=value}
   * @throws InputException if the file cannot be read or parsed, or has an unknown key
   */
  public static Settings load(@Nullable String file, List<String> overrides) {
    return new Settings(ConfigSources.read(file, overrides));
  }

  /**
   * Creates settings from values, which are data: neither parsed nor interpolated.
   *
   * @param values values by key, as text, number, boolean or list
   * @param origin who set them, for messages
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @throws InputException if there is an unknown key
   */
  static Settings of(Map<String, ?> values, String origin, List<String> overrides) {
    return new Settings(ConfigSources.read(values, origin, overrides));
  }

  /**
   * As {@link #load}, for all that is wrong: what cannot be read is left out.
   *
   * @param errors receives an error for each unknown key, and each setting with a secret
   */
  static Settings load(
      @Nullable String file, List<String> overrides, Consumer<InputException> errors) {
    return new Settings(ConfigSources.read(file, overrides, errors));
  }

  /** These settings with the default of a key. */
  Settings withDefault(String key) {
    return new Settings(ConfigSources.withDefault(config, key));
  }

  /** These settings with another value. */
  Settings with(String key, String value) {
    return new Settings(config.withValue(key, ConfigValueFactory.fromAnyRef(value)));
  }

  public String text(String key) {
    return read(key, () -> config.getString(key)).strip();
  }

  private static <T> T read(String key, Supplier<T> reading) {
    try {
      return Hocon.translated(reading);
    } catch (InputException e) {
      throw e.about(key);
    }
  }

  /** A whole number of at least {@code least}. */
  public int integer(String key, int least) {
    return Math.toIntExact(whole(key, least, Integer.MAX_VALUE));
  }

  /** A whole number from {@code least} to {@code most}. */
  public int integer(String key, int least, int most) {
    return Math.toIntExact(whole(key, least, most));
  }

  /** A whole number of at least {@code least}. */
  public long whole(String key, long least) {
    return whole(key, least, Long.MAX_VALUE);
  }

  private long whole(String key, long least, long most) {
    BigDecimal value = decimal(key);
    try {
      long whole = value.longValueExact();
      if (whole >= least && whole <= most) {
        return whole;
      }
    } catch (ArithmeticException e) {
      // falls through to the error below
    }
    String range =
        most < Long.MAX_VALUE
            ? "from " + least + " to " + most
            : value.compareTo(BigDecimal.valueOf(most)) > 0
                ? "of at most " + most
                : "of at least " + least;
    throw invalid(key, "must be a whole number " + range, text(key));
  }

  /** A finite number that satisfies the predicate; {@code expected} completes "must be ...". */
  public double number(String key, DoublePredicate allowed, String expected) {
    double value = decimal(key).doubleValue();
    if (!Double.isFinite(value) || !allowed.test(value)) {
      throw invalid(key, "must be " + expected, text(key));
    }
    return value;
  }

  private BigDecimal decimal(String key) {
    String text = text(key);
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw invalid(key, "must be a number", text);
    }
  }

  /** A boolean. */
  public boolean flag(String key) {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(key, "must be true or false", text(key));
    };
  }

  /** A size in bytes, such as {@code 1GiB}. */
  public long bytes(String key) {
    return ByteSize.parse(text(key), 1, must -> invalid(key, must, text(key)));
  }

  /** A duration with its unit, such as {@code 10m} or {@code 90s}, or 0. */
  public Duration duration(String key) {
    String text = text(key);
    Duration duration = read(key, () -> config.getDuration(key));
    if (duration.isNegative() || (text.matches("[0-9.]+") && !duration.isZero())) {
      throw invalid(key, "must be 0 or a time with its unit, such as 10m", text);
    }
    return duration;
  }

  /** A duration of at least {@code least}, such as {@code 30s}. */
  public Duration duration(String key, Duration least) {
    Duration duration = duration(key);
    if (duration.compareTo(least) < 0) {
      throw invalid(key, "must be at least " + least.toMillis() + " ms", text(key));
    }
    return duration;
  }

  /** One of an enum's names, written in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (Json.spelling(constant).equals(text)) {
        return constant;
      }
    }
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(Json::spelling)
            .collect(Collectors.joining(", "));
    throw invalid(key, "must be one of " + names, text);
  }

  /** A list of whole numbers of at least {@code least}. */
  public List<Integer> integers(String key, int least) {
    return list(
        key, config::getIntList, value -> value >= least, "whole numbers of at least " + least);
  }

  /** A list of numbers in [0, 1). */
  public List<Double> fractions(String key) {
    return list(
        key, config::getDoubleList, value -> value >= 0 && value < 1, "numbers from 0 to below 1");
  }

  public List<String> texts(String key) {
    return read(key, () -> config.getStringList(key));
  }

  private <T> List<T> list(
      String key, Function<String, List<T>> read, Function<T, Boolean> allowed, String expected) {
    List<T> values = read(key, () -> read.apply(key));
    for (T value : values) {
      if (!allowed.apply(value)) {
        throw invalid(key, "must contain " + expected, String.valueOf(values));
      }
    }
    return values;
  }

  /** The entries below a free-form key. */
  public Map<String, String> entries(String key) {
    Map<String, String> entries = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : read(key, () -> config.getConfig(key)).entrySet()) {
      String path = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      entries.put(path, String.valueOf(entry.getValue().unwrapped()));
    }
    return entries;
  }

  /** Renders the settings as text. */
  ConfigRenderer renderer() {
    return new ConfigRenderer(config);
  }

  /** The error for an invalid value: {@code key must be ...: value (location)}. */
  public InputException invalid(String key, String must, String value) {
    String place = Hocon.place(config.getValue(key).origin());
    return new InputException(key + " " + must + ": " + value + " (" + place + ")").about(key);
  }
}
