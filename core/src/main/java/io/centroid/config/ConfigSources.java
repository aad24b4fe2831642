package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.error.StorageFailure;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Merges reference.conf, a file and the command line; later sources take precedence. */
final class ConfigSources {
  private static final String FREE_FORM = "spark.conf";

  /** Keys of earlier releases and the keys that replace them. */
  private static final Map<String, String> REPLACED =
      Map.ofEntries(
          Map.entry("compute.backend", "compute.engine"),
          Map.entry("data.normalisation", "data.normalization"),
          Map.entry("optimizer.rate", "optimizer.learning-rate"),
          Map.entry("optimizer.rate-scaling", "optimizer.learning-rate-scaling"),
          Map.entry("optimizer.schedule.final-rate", "optimizer.schedule.final-learning-rate"),
          Map.entry("outer.rate", "outer.learning-rate"),
          Map.entry("retrain.take-refused", "retrain.include-quarantined"),
          Map.entry("train.rollback.rate-factor", "train.rollback.learning-rate-factor"),
          Map.entry("train.synchronisation-share", "train.communication-share"));

  private static final Config REFERENCE = reference();

  private ConfigSources() {}

  /**
   * Reads and merges the sources.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @throws InputException if the file cannot be read or parsed, or has an unknown key
   */
  static Config read(@Nullable String file, List<String> overrides) {
    return read(file, overrides, ConfigSources::refuse);
  }

  /**
   * As {@link #read(String, List)}. What an error is about is left out.
   *
   * @param errors receives the errors of keys, and of overrides
   */
  static Config read(
      @Nullable String file, List<String> overrides, Consumer<InputException> errors) {
    if (file == null) {
      return overridden(REFERENCE, overrides, errors);
    }
    Config layer =
        knownKeys(parse(ConfigFile.named(file), ConfigSyntax.CONF, 0, new AtomicInteger()), errors);
    return overridden(oneSpelling(layer).withFallback(REFERENCE), overrides, errors);
  }

  private static void refuse(InputException error) {
    throw error;
  }

  /** A configuration with the default of a key. */
  static Config withDefault(Config config, String key) {
    return config.withoutPath(key).withFallback(REFERENCE);
  }

  /**
   * Merges reference.conf, values and overrides. A value is data: it is neither parsed nor
   * interpolated.
   *
   * @param values values by key, as text, number, boolean or list
   * @param origin who set them, for messages
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @throws InputException if there is an unknown key
   */
  static Config read(Map<String, ?> values, String origin, List<String> overrides) {
    Config layered =
        oneSpelling(knownKeys(layer(values, origin), ConfigSources::refuse))
            .withFallback(REFERENCE);
    return overridden(layered, overrides, ConfigSources::refuse);
  }

  private static Config layer(Map<String, ?> values, String origin) {
    Config layer = ConfigFactory.empty();
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      Config before = layer;
      layer =
          Hocon.translated(
              origin,
              () ->
                  before.withValue(
                      entry.getKey(), ConfigValueFactory.fromAnyRef(entry.getValue(), origin)));
    }
    return layer;
  }

  private static Config overridden(
      Config base, List<String> overrides, Consumer<InputException> errors) {
    Config layered = base;
    for (String override : overrides) {
      try {
        layered = oneSpelling(knownKeys(override(override), errors)).withFallback(layered);
      } catch (InputException e) {
        errors.accept(e);
      }
    }
    Config unresolved = layered;
    return withoutSecrets(Hocon.translated(() -> unresolved.resolve()), errors);
  }

  /** Makes each Spark property one quoted key, so that a later source overrides both spellings. */
  private static Config oneSpelling(Config layer) {
    Config spelled = layer.withoutPath(FREE_FORM);
    boolean any = false;
    for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
      if (isFreeForm(entry.getKey())) {
        any = true;
        spelled =
            spelled.withValue(
                FREE_FORM + "." + ConfigUtil.quoteString(sparkName(entry.getKey())),
                entry.getValue());
      }
    }
    return any ? spelled : layer;
  }

  /** The Spark property of a key in the free-form group. */
  static String sparkName(String key) {
    return String.join(".", ConfigUtil.splitPath(key)).substring(FREE_FORM.length() + 1);
  }

  private static Config withoutSecrets(Config config, Consumer<InputException> errors) {
    Config open = config;
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      String key = entry.getKey();
      String place = Hocon.place(entry.getValue().origin());
      String value = String.valueOf(entry.getValue().unwrapped());
      try {
        if (isFreeForm(key)) {
          SecretKeys.requireNone(place, sparkName(key), value);
        } else {
          SecretKeys.requireNoneInUrl(place, key, value);
        }
      } catch (InputException e) {
        errors.accept(e.about(key));
        open = withDefault(open, key);
      }
    }
    return open;
  }

  /** Whether the key is in the free-form group, which accepts any key. */
  static boolean isFreeForm(String key) {
    return key.startsWith(FREE_FORM + ".");
  }

  private static Config reference() {
    try (InputStream stream = ConfigSources.class.getResourceAsStream("reference.conf")) {
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

  /** A permission is the user's to set; a file system that fails is not bad input. */
  private static RuntimeException unreadable(String location, IOException e) {
    String message = location + ": cannot be read: " + StorageFailure.reason(e);
    return StorageFailure.of(e).equals(Optional.of(StorageFailure.PERMISSION))
        ? new InputException(message, e)
        : new UncheckedIOException(message, e);
  }

  /**
   * Parses a file.
   *
   * @param depth number of files that include it, one by the other
   * @param included counts the included files
   */
  static Config parse(ConfigFile file, ConfigSyntax syntax, int depth, AtomicInteger included) {
    String location = file.location();
    SecretKeys.requireNoneInUrl("CONF", "the configuration file", location);
    if (!file.exists()) {
      boolean distributed = System.getProperty("spark.submit.deployMode", "").equals("cluster");
      throw new InputException(
          location
              + ": no such configuration file"
              + (distributed
                  ? " where the driver runs: name a Hadoop URI, or a file given by --files"
                  : ""),
          new NoSuchFileException(location));
    }
    String text;
    try {
      text = file.text();
    } catch (IOException e) {
      throw unreadable(location, e);
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(syntax)
            .setOriginDescription(location)
            .setIncluder(new FileIncluder(file, text, depth, included));
    return Hocon.translated(location, () -> parsed(text, options));
  }

  private static Config parsed(String text, ConfigParseOptions options) {
    try {
      return ConfigFactory.parseString(text, options);
    } catch (ConfigException e) {
      if (SecretKeys.mentionsSecret(around(text, e))) {
        // The parser's message quotes the line.
        throw new InputException(
            Hocon.place(e.origin()) + ": invalid HOCON (not shown, it may contain a secret)");
      }
      throw e;
    }
  }

  /** The line with the error and its neighbors. */
  private static String around(String text, ConfigException e) {
    int line = e.origin() == null ? 0 : e.origin().lineNumber();
    return text.lines().skip(Math.max(0, line - 2)).limit(3).collect(Collectors.joining("\n"));
  }

  private static Config override(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      String shown =
          SecretKeys.mentionsSecret(override) ? "(not shown, it may contain a secret)" : override;
      throw new InputException("--set " + shown + ": expected key=value");
    }
    String key = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    String origin = "--set " + key;
    if (!isText(key) && (value.startsWith("[") || value.startsWith("{"))) {
      return Hocon.translated(origin, () -> parsedOverride(key, value, origin));
    }
    return Hocon.translated(
        () -> ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(value, origin)));
  }

  /** Parses a list or a group; the key is a path, never a part of the source. */
  private static Config parsedOverride(String key, String value, String origin) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setOriginDescription(origin)
            .setIncluder(
                new FileIncluder(
                    new ConfigFile(origin), value, FileIncluder.MAX_DEPTH, new AtomicInteger()));
    ConfigObject parsed = ConfigFactory.parseString("value = " + value, options).root();
    if (parsed.size() > 1) {
      throw new InputException(origin + ": expected one list or group, found more after it");
    }
    return ConfigFactory.empty().withValue(key, parsed.get("value"));
  }

  /** Whether the value of the key is text or a number, which is taken as it is. */
  private static boolean isText(String key) {
    if (isFreeForm(key)) {
      return true;
    }
    boolean known = Hocon.translated("--set " + key, () -> REFERENCE.hasPath(key));
    return known
        && !Set.of(ConfigValueType.LIST, ConfigValueType.OBJECT)
            .contains(REFERENCE.getValue(key).valueType());
  }

  private static Config knownKeys(Config layer, Consumer<InputException> errors) {
    Config known = layer;
    for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
      String key = entry.getKey();
      Optional<InputException> error = error(key, Hocon.place(entry.getValue().origin()));
      if (error.isPresent()) {
        errors.accept(error.get());
        known = known.withoutPath(key);
      }
    }
    return known;
  }

  private static Optional<InputException> error(String key, String place) {
    if (REPLACED.containsKey(key)) {
      String now = REPLACED.get(key);
      return Optional.of(unknown(place, key, "; it is replaced by " + now));
    }
    if (!isFreeForm(key) && !REFERENCE.hasPathOrNull(key)) {
      String advice =
          nearest(key)
              .map(name -> "; the nearest known one is " + name)
              .orElse(" (reference.conf has the known ones)");
      return Optional.of(unknown(place, key, advice));
    }
    if (REFERENCE.hasPath(key)
        && REFERENCE.getValue(key) instanceof Map
        && !key.equals(FREE_FORM)) {
      return Optional.of(
          new InputException(place + ": " + key + " is a group of keys, not a value").about(key));
    }
    return Optional.empty();
  }

  private static InputException unknown(String place, String key, String advice) {
    return new InputException(place + ": unknown key " + key + advice).about(key);
  }

  private static Optional<String> nearest(String key) {
    return NearestName.of(key, REFERENCE.entrySet().stream().map(Map.Entry::getKey).toList());
  }

  /** The key that was probably meant by an unknown one. */
  static Optional<String> meant(String unknown) {
    return Optional.ofNullable(REPLACED.get(unknown)).or(() -> nearest(unknown));
  }

  /** The default of a key; empty if the key is unknown. */
  static Optional<ConfigValue> defaultOf(String key) {
    return REFERENCE.hasPath(key) ? Optional.of(REFERENCE.getValue(key)) : Optional.empty();
  }
}
