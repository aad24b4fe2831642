package io.centroid.config.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Merges reference.conf, a file and the command line; later sources take precedence. */
public final class ConfigSources {
  private ConfigSources() {}

  /**
   * Reads and merges the sources.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults
   * @param overrides overrides as {@code key=value}; later ones take precedence
   * @throws InputException if the file cannot be read or parsed, or has an unknown key
   */
  public static Config read(@Nullable String file, List<String> overrides) {
    return read(file, overrides, ConfigSources::refuse);
  }

  /**
   * As {@link #read(String, List)}. What an error is about is left out.
   *
   * @param errors receives the errors of keys, and of overrides
   */
  public static Config read(
      @Nullable String file, List<String> overrides, Consumer<InputException> errors) {
    if (file == null) {
      return overridden(KnownKeys.REFERENCE, overrides, errors);
    }
    Config layer =
        KnownKeys.only(
            parse(ConfigFile.named(file), ConfigSyntax.CONF, 0, new AtomicInteger(), false),
            errors);
    return overridden(oneSpelling(layer).withFallback(KnownKeys.REFERENCE), overrides, errors);
  }

  private static void refuse(InputException error) {
    throw error;
  }

  /** A configuration with the default of a key. */
  public static Config withDefault(Config config, String key) {
    return config.withoutPath(key).withFallback(KnownKeys.REFERENCE);
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
  public static Config read(Map<String, ?> values, String origin, List<String> overrides) {
    Config layered =
        oneSpelling(KnownKeys.only(layer(values, origin), ConfigSources::refuse))
            .withFallback(KnownKeys.REFERENCE);
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
        layered = oneSpelling(KnownKeys.only(override(override), errors)).withFallback(layered);
      } catch (InputException e) {
        errors.accept(e);
      }
    }
    Config unresolved = layered;
    return withoutSecrets(Hocon.translated(() -> unresolved.resolve()), errors);
  }

  /** Makes each Spark property one quoted key, so that a later source overrides both spellings. */
  private static Config oneSpelling(Config layer) {
    Config spelled = layer.withoutPath(KnownKeys.FREE_FORM);
    boolean any = false;
    for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
      if (KnownKeys.isFreeForm(entry.getKey())) {
        any = true;
        spelled =
            spelled.withValue(
                KnownKeys.FREE_FORM
                    + "."
                    + ConfigUtil.quoteString(KnownKeys.sparkName(entry.getKey())),
                entry.getValue());
      }
    }
    return any ? spelled : layer;
  }

  private static Config withoutSecrets(Config config, Consumer<InputException> errors) {
    Config open = config;
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      String key = entry.getKey();
      String place = Hocon.place(entry.getValue().origin());
      String value = String.valueOf(entry.getValue().unwrapped());
      try {
        if (KnownKeys.isFreeForm(key)) {
          SecretKeys.requireNone(place, KnownKeys.sparkName(key), value);
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
   * @param strict whether all included files must exist
   */
  static Config parse(
      ConfigFile file, ConfigSyntax syntax, int depth, AtomicInteger included, boolean strict) {
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
    return parse(new FileIncluder(file, text, depth, included, strict), syntax);
  }

  /**
   * Parses the text of a file with settings of another kind, such as a policy. All files that it
   * includes must exist.
   *
   * @param location path of the file, for messages and included files
   * @throws InputException if it is not HOCON, or a file cannot be included
   */
  public static Config parse(String location, String text) {
    ConfigFile file = new ConfigFile(location);
    return parse(new FileIncluder(file, text, 0, new AtomicInteger(), true), ConfigSyntax.CONF);
  }

  private static Config parse(FileIncluder includer, ConfigSyntax syntax) {
    String location = includer.file().location();
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(syntax)
            .setOriginDescription(location)
            .setIncluder(includer);
    return Hocon.translated(location, () -> parsed(includer.text(), options));
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
    if (!KnownKeys.isText(key) && (value.startsWith("[") || value.startsWith("{"))) {
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
                    new ConfigFile(origin),
                    value,
                    FileIncluder.MAX_DEPTH,
                    new AtomicInteger(),
                    false));
    ConfigObject parsed = ConfigFactory.parseString("value = " + value, options).root();
    if (parsed.size() > 1) {
      throw new InputException(origin + ": expected one list or group, found more after it");
    }
    return ConfigFactory.empty().withValue(key, parsed.get("value"));
  }
}
