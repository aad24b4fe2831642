package io.centroid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Settings as text: to be compared, to be given again, to be shown. */
record ConfigRenderer(Config config) {
  /** Numbers with more zeros are spelled with an exponent. */
  private static final int MOST_ZEROS = 32;

  /**
   * Every key below the given groups with its value in one spelling, sorted; equal maps mean equal
   * settings.
   */
  Map<String, String> canonical(List<String> groups) {
    return below(groups, ConfigRenderer::canonical);
  }

  /** Every key below a group with its value as it was written, fit for {@code --set}. */
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

  /** What {@link #render} wrote. */
  static ConfigRenderer parse(String rendered) {
    return new ConfigRenderer(ConfigFactory.parseString(rendered));
  }

  /** The same with other settings of Spark. */
  ConfigRenderer withSpark(String master, Map<String, String> conf) {
    return new ConfigRenderer(
        config
            .withValue("spark.master", ConfigValueFactory.fromAnyRef(master))
            .withValue("spark.conf", ConfigValueFactory.fromMap(conf)));
  }

  /** A value in the one spelling of all that are equal to it. */
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
   * The whole configuration in HOCON, every key with its value. Of secrets it has the references
   * alone, as the layers refused everything else.
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
