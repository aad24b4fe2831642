package io.centroid.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.centroid.config.hocon.Hocon;
import io.centroid.config.hocon.KnownKeys;
import io.centroid.error.InputException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds all settings of a configuration that are not valid, of which {@link RunConfig#load} reports
 * the first: an invalid value is replaced by the default of its key, and the rest is read again.
 */
public final class InvalidSettings {
  private static final int MOST = 20;

  /** Stands for a value that the user knows. */
  private static final String ANY = "VALUE";

  /** Groups that are read on their own, so that one does not hide another; then all together. */
  private static final List<Consumer<Settings>> READERS =
      List.of(
          settings -> ConfigReader.data(settings, Extensions.NONE),
          settings -> ConfigReader.model(settings, Extensions.NONE),
          ConfigReader::compute,
          ConfigReader::train,
          settings -> OptimizerConfig.read(settings, Extensions.NONE),
          settings -> ConfigReader.outer(settings, Extensions.NONE),
          settings -> ConfigReader.average(settings, Extensions.NONE),
          ConfigReader::checkpoint,
          ConfigReader::report,
          RetrainGroups::registry,
          RetrainGroups::retrain,
          settings -> RunConfig.read(settings, "", Extensions.NONE));

  private final Map<String, Invalid> found = new LinkedHashMap<>();
  private final List<String> repaired = new ArrayList<>();

  private InvalidSettings() {}

  /**
   * An invalid setting.
   *
   * @param problem message with key, value, place, and what is permitted
   * @param change what makes it valid; empty if no setting does
   */
  public record Invalid(String problem, Optional<String> change) {}

  /**
   * Finds the first {@value #MOST}.
   *
   * @param file HOCON file, a local path or a Hadoop URI; null for the defaults
   * @param overrides overrides as {@code key=value}; later ones take precedence
   */
  public static List<Invalid> find(@Nullable String file, List<String> overrides) {
    InvalidSettings all = new InvalidSettings();
    try {
      Settings settings = Settings.load(file, overrides, all::add);
      for (Consumer<Settings> reader : READERS) {
        settings = all.read(reader, settings);
      }
    } catch (InputException e) {
      all.add(e);
    }
    return List.copyOf(all.found.values());
  }

  /** Reads a group until it is valid; returns the settings that are. */
  private Settings read(Consumer<Settings> reader, Settings settings) {
    Settings tried = settings;
    while (true) {
      try {
        reader.accept(tried);
        return tried;
      } catch (InputException e) {
        if (e.setting().isEmpty()) {
          add(e);
          return tried;
        }
        String key = e.setting().get();
        String other = other(key);
        if (repaired.contains(key + "=" + other)) {
          return tried;
        }
        if (repaired.contains(key)) {
          found.computeIfPresent(
              key, (same, first) -> new Invalid(first.problem(), Optional.of(set(key, other))));
          repaired.add(key + "=" + other);
          tried = tried.with(key, other);
        } else {
          add(e);
          repaired.add(key);
          tried = tried.withDefault(key);
        }
      }
    }
  }

  /** A value other than the default, which is as wrong as what was set. */
  private static String other(String key) {
    boolean isFalse =
        KnownKeys.defaultOf(key)
            .map(ConfigValue::unwrapped)
            .filter(Boolean.FALSE::equals)
            .isPresent();
    return isFalse ? "true" : ANY;
  }

  /** Adds an error, unless it is about a key again, or follows from the default of another. */
  private void add(InputException e) {
    String message = String.valueOf(e.getMessage());
    String key = e.setting().orElse(message);
    boolean follows = repaired.stream().anyMatch(other -> !other.equals(key) && e.names(other));
    if (!follows && found.size() < MOST) {
      found.putIfAbsent(key, new Invalid(message, change(e)));
    }
  }

  private static Optional<String> change(InputException e) {
    if (e.setting().isPresent()) {
      return change(e.setting().get());
    }
    if (e.getCause() instanceof NoSuchFileException) {
      return Optional.of("name an existing file");
    }
    return e.getCause() instanceof ConfigException.Parse syntax && syntax.origin() != null
        ? Optional.of("fix the syntax at " + Hocon.place(syntax.origin()))
        : Optional.empty();
  }

  private static Optional<String> change(String key) {
    Optional<ConfigValue> known = KnownKeys.defaultOf(key);
    if (known.isPresent() && known.get().valueType() != ConfigValueType.OBJECT) {
      String value = known.get().render(ConfigRenderOptions.concise());
      return Optional.of(set(key, value.replaceFirst("^\"(.*)\"$", "$1")));
    }
    if (KnownKeys.isFreeForm(key)) {
      return Optional.of(set(key, ANY));
    }
    return Optional.of(
        KnownKeys.meant(key)
            .filter(meant -> known.isEmpty())
            .map(meant -> "rename " + key + " to " + meant)
            .orElse("remove " + key));
  }

  /** The option that sets a value, quoted for a shell. */
  private static String set(String key, String value) {
    String setting = key + "=" + value;
    return "--set "
        + (setting.matches("[\\w.:/=-]+") ? setting : "'" + setting.replace("'", "'\\''") + "'");
  }
}
