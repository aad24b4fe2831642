package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.config.hocon.ConfigSources;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders settings as text: in canonical form, as overrides, or as HOCON. */
record ConfigRenderer(Config config) {
  /** Numbers with more zeros are written in scientific notation. */
  private static final int MOST_ZEROS = 32;

  /**
   * The keys of the groups with their values in canonical form, sorted. Equal maps mean equal
   * settings.
   */
  Map<String, String> canonical(List<String> groups) {
    return below(groups, ConfigRenderer::canonical);
  }

  /** The keys of a group with their values as written, usable with {@code --set}. */
  Map<String, String> written(String group) {
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

  /** Parses the output of {@link #render}. */
  static ConfigRenderer parse(String rendered) {
    return new ConfigRenderer(ConfigFactory.parseString(rendered));
  }

  /** These settings with other Spark settings. */
  ConfigRenderer withSpark(String master, Map<String, String> conf) {
    return new ConfigRenderer(
        config
            .withValue("spark.master", ConfigValueFactory.fromAnyRef(master))
            .withValue("spark.conf", ConfigValueFactory.fromMap(conf)));
  }

  /** These settings with another device. */
  ConfigRenderer withDevice(String device) {
    return new ConfigRenderer(
        config.withValue("compute.device", ConfigValueFactory.fromAnyRef(device)));
  }

  /** The canonical form of a value; equal values have the same form. */
  static String canonical(Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .map(ConfigRenderer::canonical)
          .collect(Collectors.joining(", ", "[", "]"));
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
   * The whole configuration in HOCON. It contains references to secrets but no secrets, which
   * {@link ConfigSources} rejects.
   */
  String render() {
    return config
        .root()
        .render(
            ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false));
  }
}
