package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Key-value settings in layers: reference.conf, a file, the command line. Every refusal names key,
 * value and where it was set.
 */
public final class Settings {
  private static final String FREE_FORM = "spark.conf";
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|credential", Pattern.CASE_INSENSITIVE);

  /** Numbers with more zeros are spelled with an exponent. */
  private static final int MOST_ZEROS = 32;

  private final Config config;

  private Settings(Config config) {
    this.config = config;
  }

  /**
   * Reads the layers.
   *
   * @param file configuration file in HOCON, or null for the defaults
   * @param overrides {@code key=value} each
   * @throws InputException if the file cannot be read or parsed, or has an unknown key
   */
  public static Settings load(@Nullable Path file, List<String> overrides) {
    Config reference = reference();
    Config layered = reference;
    if (file != null) {
      layered = knownKeys(parse(file), reference).withFallback(layered);
    }
    for (String override : overrides) {
      layered = knownKeys(override(override), reference).withFallback(layered);
    }
    Config unresolved = layered;
    return new Settings(translated(() -> unresolved.resolve()));
  }

  private static Config reference() {
    try (InputStream stream = Settings.class.getResourceAsStream("reference.conf")) {
      if (stream == null) {
        throw new IllegalStateException("reference.conf is not on the class path");
      }
      return ConfigFactory.parseReader(
          new InputStreamReader(stream, StandardCharsets.UTF_8),
          ConfigParseOptions.defaults().setOriginDescription("reference.conf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Config parse(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + ": no such configuration file");
    }
    try {
      Files.readString(file);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be read as UTF-8 text: " + e.getMessage());
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(file.toString());
    return translated(() -> ConfigFactory.parseFile(file.toFile(), options));
  }

  private static Config override(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new InputException("--set " + override + ": expected key=value");
    }
    String key = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    String origin = "--set " + key;
    if (value.startsWith("[") || value.startsWith("{")) {
      return translated(
          () ->
              ConfigFactory.parseString(
                  key + " = " + value, ConfigParseOptions.defaults().setOriginDescription(origin)));
    }
    return translated(
        () -> ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(value, origin)));
  }

  private static Config knownKeys(Config layer, Config reference) {
    for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith(FREE_FORM + ".") && !reference.hasPathOrNull(key)) {
        throw new InputException(
            place(entry.getValue().origin())
                + ": unknown key "
                + key
                + "; the nearest known one is "
                + NearestKey.of(
                    key, reference.entrySet().stream().map(Map.Entry::getKey).toList()));
      }
      if (reference.hasPath(key)
          && reference.getValue(key) instanceof Map
          && !key.equals(FREE_FORM)) {
        throw new InputException(
            place(entry.getValue().origin()) + ": " + key + " is a group of keys, not a value");
      }
    }
    return layer;
  }

  public String text(String key) {
    return translated(() -> config.getString(key)).strip();
  }

  /** A whole number of at least {@code least}. */
  public int integer(String key, int least) {
    return Math.toIntExact(whole(key, least, Integer.MAX_VALUE));
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
      // falls through to the refusal below
    }
    String range =
        most == Long.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    throw refused(key, "must be a whole number " + range, text(key));
  }

  /** A finite number that the predicate takes; {@code expected} completes "must be ...". */
  public double number(String key, java.util.function.DoublePredicate allowed, String expected) {
    double value = decimal(key).doubleValue();
    if (!Double.isFinite(value) || !allowed.test(value)) {
      throw refused(key, "must be " + expected, text(key));
    }
    return value;
  }

  private BigDecimal decimal(String key) {
    String text = text(key);
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw refused(key, "must be a number", text);
    }
  }

  /** true or false. */
  public boolean flag(String key) {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(key, "must be true or false", text(key));
    };
  }

  /** Bytes, as {@code 1GiB}. */
  public long bytes(String key) {
    long bytes = translated(() -> config.getBytes(key));
    if (bytes < 1) {
      throw refused(key, "must be at least one byte", text(key));
    }
    return bytes;
  }

  /** One of an enum's names, written in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (spelled(constant).equals(text)) {
        return constant;
      }
    }
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(Settings::spelled)
            .collect(Collectors.joining(", "));
    throw refused(key, "must be one of " + names, text);
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
    return translated(() -> config.getStringList(key));
  }

  private <T> List<T> list(
      String key, Function<String, List<T>> read, Function<T, Boolean> allowed, String expected) {
    List<T> values = translated(() -> read.apply(key));
    for (T value : values) {
      if (!allowed.apply(value)) {
        throw refused(key, "must hold " + expected, String.valueOf(values));
      }
    }
    return values;
  }

  /** The entries below a free-form key. */
  public Map<String, String> entries(String key) {
    Map<String, String> entries = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry :
        translated(() -> config.getConfig(key)).entrySet()) {
      String path = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      entries.put(path, String.valueOf(entry.getValue().unwrapped()));
    }
    return entries;
  }

  /**
   * Every key below the given groups with its value in one spelling, sorted; equal maps mean equal
   * settings.
   */
  public Map<String, String> canonical(List<String> groups) {
    return below(groups, Settings::canonical);
  }

  /** Every key below a group with its value as it was written, fit for {@code --set}. */
  public Map<String, String> written(String group) {
    return below(
        List.of(group),
        value ->
            value instanceof List<?>
                ? ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise())
                : String.valueOf(value).strip());
  }

  private Map<String, String> below(List<String> groups, Function<Object, String> spelling) {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      if (groups.contains(entry.getKey().substring(0, Math.max(0, entry.getKey().indexOf('.'))))) {
        values.put(entry.getKey(), spelling.apply(entry.getValue().unwrapped()));
      }
    }
    return values;
  }

  /** A value in the one spelling of all that are equal to it. */
  static String canonical(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Settings::canonical).collect(Collectors.joining(", ", "[", "]"));
    }
    String text = String.valueOf(value).strip();
    try {
      BigDecimal number = new BigDecimal(text).stripTrailingZeros();
      boolean readable = Math.abs((long) number.scale()) <= MOST_ZEROS;
      return readable ? number.toPlainString() : number.toString();
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /**
   * The whole configuration in HOCON, every key with its value; values of {@code spark.conf} whose
   * keys tell of a secret are {@code ***}.
   */
  public String render() {
    Config shown = config;
    for (String key : secrets()) {
      shown = shown.withValue(key, ConfigValueFactory.fromAnyRef("***"));
    }
    return shown
        .root()
        .render(
            ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false));
  }

  private List<String> secrets() {
    return config.entrySet().stream()
        .map(Map.Entry::getKey)
        .filter(key -> key.startsWith(FREE_FORM + ".") && SECRET.matcher(key).find())
        .toList();
  }

  /** A refusal of a value: {@code key must be ...: value (place)}. */
  public InputException refused(String key, String must, String value) {
    return new InputException(
        key + " " + must + ": " + value + " (" + place(config.getValue(key).origin()) + ")");
  }

  private static String place(ConfigOrigin origin) {
    String description = origin.description();
    int colon = description.lastIndexOf(": ");
    return origin.lineNumber() > 0 && colon > 0 && !description.startsWith("--set")
        ? description.substring(0, colon) + ": line " + origin.lineNumber()
        : description;
  }

  private static <T> T translated(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ConfigException e) {
      throw new InputException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
    }
  }
}
