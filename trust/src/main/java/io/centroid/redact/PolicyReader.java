package io.centroid.redact;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.centroid.config.hocon.ConfigSources;
import io.centroid.config.hocon.Hocon;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.io.Json;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.Names;
import io.centroid.redact.detect.PhoneRule;
import io.centroid.security.SecretReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Parses a policy in HOCON. It includes files as a configuration does, but all must exist. */
final class PolicyReader {
  private static final List<String> KEYS =
      List.of(
          "kinds",
          "default",
          "pseudonym-key",
          "regions",
          "names.dictionaries",
          "names.opennlp-model");

  /** Groups of keys of any name; those about tables are read where tables are. */
  private static final List<String> GROUPS = List.of("kinds", "columns", "anonymity");

  private static final String DEFAULTS =
      """
      kinds {}
      default = mask
      pseudonym-key = ""
      regions = [US, GB, DE, CN]
      names { dictionaries = [], opennlp-model = "" }
      """;

  private final String place;
  private final Config config;

  private PolicyReader(String place, Config config) {
    this.place = place;
    this.config = config;
  }

  /**
   * Parses a policy.
   *
   * @param place file name for messages
   * @param dictionary reads the text of a dictionary by its location
   */
  static Policy parse(String place, String text, Function<String, String> dictionary) {
    Config parsed = ConfigSources.parse(place, text);
    return Hocon.translated(
        place,
        () -> {
          PolicyReader reader =
              new PolicyReader(
                  place,
                  parsed
                      .withFallback(ConfigFactory.parseString(DEFAULTS))
                      .resolve(ConfigResolveOptions.noSystem()));
          reader.requireKnown(parsed);
          return reader.policy(dictionary);
        });
  }

  private Policy policy(Function<String, String> dictionary) {
    Map<Kind, Action> actions = new EnumMap<>(Kind.class);
    Action all = choice("default", config.getValue("default"), Action.class);
    for (Kind kind : Kind.values()) {
      actions.put(kind, all);
    }
    for (Map.Entry<String, ConfigValue> entry : config.getObject("kinds").entrySet()) {
      Kind kind = constant("kinds: unknown kind", entry.getKey(), entry.getValue(), Kind.class);
      actions.put(kind, choice("kinds." + entry.getKey(), entry.getValue(), Action.class));
    }
    List<String> names = new ArrayList<>();
    for (String location : config.getStringList("names.dictionaries")) {
      names.addAll(names(location, text(location, dictionary)));
    }
    Policy policy =
        new Policy(actions, key(), regions(), names, config.getString("names.opennlp-model"));
    if (policy.needsKey() && policy.pseudonymKey().isEmpty()) {
      throw new InputException(
          place
              + ": pseudonym-key is missing; pseudonym and substitute need one: "
              + SecretReference.WAYS);
    }
    return policy;
  }

  private String text(String location, Function<String, String> dictionary) {
    try {
      return dictionary.apply(location);
    } catch (InputException e) {
      String problem = "names.dictionaries: " + e.getMessage();
      throw error(config.getValue("names.dictionaries"), problem);
    }
  }

  /** Names of a dictionary. Messages have the line and not the name, which is personal data. */
  private static List<String> names(String location, String text) {
    List<String> names = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      String name = line.strip();
      if (name.isEmpty() || name.startsWith("#")) {
        continue;
      }
      if (!Names.isFullName(name)) {
        throw new InputException(
            location
                + ": line "
                + number
                + ": expected a given name and a surname, or a Chinese name, found one word");
      }
      names.add(name);
    }
    return names;
  }

  private String key() {
    String key = config.getString("pseudonym-key").strip();
    if (!key.isEmpty() && SecretReference.parse(key).isEmpty()) {
      // The value is not shown, it may be the key.
      throw error(
          config.getValue("pseudonym-key"), "pseudonym-key must be " + SecretReference.WAYS);
    }
    return key;
  }

  private List<String> regions() {
    List<String> regions = config.getStringList("regions");
    for (String region : regions) {
      if (!PhoneRule.isRegion(region)) {
        throw error(
            config.getValue("regions"),
            "regions must contain ISO 3166 codes such as US: " + region);
      }
    }
    return regions;
  }

  private void requireKnown(Config parsed) {
    for (Map.Entry<String, ConfigValue> entry : parsed.entrySet()) {
      String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      boolean known =
          KEYS.contains(key) || GROUPS.stream().anyMatch(group -> key.startsWith(group + "."));
      if (!known) {
        throw error(entry.getValue(), "unknown key " + key + nearest(key, KEYS));
      }
    }
  }

  private <E extends Enum<E>> E choice(String key, ConfigValue value, Class<E> type) {
    String text =
        value.valueType() == ConfigValueType.STRING ? String.valueOf(value.unwrapped()) : "";
    return constant(key + " must be one of " + names(type) + ", not", text, value, type);
  }

  private <E extends Enum<E>> E constant(
      String problem, String text, ConfigValue value, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    for (E constant : constants) {
      if (Json.spelling(constant).equals(text)) {
        return constant;
      }
    }
    String shown = text.isEmpty() ? value.valueType().name().toLowerCase(Locale.ROOT) : text;
    throw error(
        value,
        problem + " " + shown + nearest(text, constants.stream().map(Json::spelling).toList()));
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return String.join(", ", Arrays.stream(type.getEnumConstants()).map(Json::spelling).toList());
  }

  private static String nearest(String text, List<String> known) {
    return NearestName.of(text, known).map(name -> "; the nearest known one is " + name).orElse("");
  }

  private InputException error(ConfigValue value, String message) {
    int line = value.origin().lineNumber();
    return new InputException(place + (line > 0 ? ": line " + line : "") + ": " + message);
  }
}
