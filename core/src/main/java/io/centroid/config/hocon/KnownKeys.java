package io.centroid.config.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The keys of reference.conf, and what an unknown one was probably meant to be. */
public final class KnownKeys {
  static final String FREE_FORM = "spark.conf";

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

  /** The defaults of all keys. */
  static final Config REFERENCE = reference();

  private KnownKeys() {}

  private static Config reference() {
    try (InputStream stream =
        KnownKeys.class.getResourceAsStream("/io/centroid/config/reference.conf")) {
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

  /**
   * The layer without the entries that are not known keys.
   *
   * @param errors receives an error for each of them
   */
  static Config only(Config layer, Consumer<InputException> errors) {
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
  public static Optional<String> meant(String unknown) {
    return Optional.ofNullable(REPLACED.get(unknown)).or(() -> nearest(unknown));
  }

  /** The default of a key; empty if the key is unknown. */
  public static Optional<ConfigValue> defaultOf(String key) {
    return REFERENCE.hasPath(key) ? Optional.of(REFERENCE.getValue(key)) : Optional.empty();
  }

  /** The Spark property of a key in the free-form group. */
  static String sparkName(String key) {
    return String.join(".", ConfigUtil.splitPath(key)).substring(FREE_FORM.length() + 1);
  }

  /** Whether the key is in the free-form group, which accepts any key. */
  public static boolean isFreeForm(String key) {
    return key.startsWith(FREE_FORM + ".");
  }

  /** Whether the value of the key is text or a number, which is taken as it is. */
  static boolean isText(String key) {
    if (isFreeForm(key)) {
      return true;
    }
    boolean known = Hocon.translated("--set " + key, () -> REFERENCE.hasPath(key));
    return known
        && !Set.of(ConfigValueType.LIST, ConfigValueType.OBJECT)
            .contains(REFERENCE.getValue(key).valueType());
  }
}
