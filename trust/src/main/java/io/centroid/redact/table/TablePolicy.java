package io.centroid.redact.table;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.centroid.config.hocon.ConfigSources;
import io.centroid.error.InputException;
import io.centroid.redact.table.ColumnRule.DatePart;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says of tables: its keys {@code columns} and {@code anonymity}.
 *
 * @param columns rules by column; others are redacted as text
 * @param anonymity what the published table must satisfy; null for nothing
 */
public record TablePolicy(Map<String, ColumnRule> columns, @Nullable Anonymity anonymity)
    implements Serializable {
  private static final Set<String> OF_ANONYMITY =
      Set.of("quasi-identifiers", "k", "sensitive", "l");
  private static final int MOST = 1_000_000;
  private static final BigDecimal LEAST_WIDTH = new BigDecimal("0.000001");
  private static final BigDecimal MOST_WIDTH = new BigDecimal("1000000000000");

  public TablePolicy {
    columns = new TreeMap<>(columns); // Serializable, unlike the JDK's immutable maps under Kryo.
  }

  /**
   * Parses the keys about tables of a policy, which {@link io.centroid.redact.Policy} has accepted.
   *
   * @param place file name for messages
   * @param text HOCON
   * @throws InputException if a value is invalid
   */
  public static TablePolicy parse(String place, String text) {
    try {
      Config policy = ConfigSources.parse(place, text).resolve(ConfigResolveOptions.noSystem());
      Map<String, ColumnRule> columns =
          policy.hasPath("columns") ? columns(place, policy.getConfig("columns")) : Map.of();
      Anonymity anonymity =
          policy.hasPath("anonymity") ? anonymity(place, policy.getConfig("anonymity")) : null;
      if (anonymity != null) {
        for (String name : anonymity.columns()) {
          require(
              !(columns.get(name) instanceof ColumnRule.Drop),
              () -> place + ": anonymity: the column " + name + " is dropped");
        }
      }
      return new TablePolicy(columns, anonymity);
    } catch (ConfigException e) {
      throw new InputException(
          place + ": " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
    }
  }

  /** Whether the policy says nothing of tables. */
  public boolean isEmpty() {
    return columns.isEmpty() && anonymity == null;
  }

  /** The rule of a column. */
  public ColumnRule rule(String column) {
    return columns.getOrDefault(column, new ColumnRule.Redact());
  }

  /** Whether a rule needs the key of pseudonyms. */
  public boolean hashes() {
    return columns.values().stream().anyMatch(ColumnRule.Hash.class::isInstance);
  }

  private static Map<String, ColumnRule> columns(String file, Config columns) {
    Map<String, ColumnRule> rules = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> column : columns.root().entrySet()) {
      String key = file + ": columns." + column.getKey();
      rules.put(
          column.getKey(),
          column.getValue().valueType() == ConfigValueType.OBJECT
              ? generalization(key, columns.getConfig(ConfigUtil.quoteString(column.getKey())))
              : rule(key, String.valueOf(column.getValue().unwrapped())));
    }
    return rules;
  }

  private static ColumnRule rule(String key, String name) {
    return switch (name) {
      case "drop" -> new ColumnRule.Drop();
      case "keep" -> new ColumnRule.Keep();
      case "redact" -> new ColumnRule.Redact();
      case "hash" -> new ColumnRule.Hash();
      default ->
          throw new InputException(
              key
                  + " must be drop, keep, redact, hash or { generalize { bin = 10 } } (or date ="
                  + " month, date = year, prefix = 3): "
                  + name);
    };
  }

  private static ColumnRule generalization(String key, Config rule) {
    require(
        rule.root().keySet().equals(Set.of("generalize"))
            && rule.getValue("generalize").valueType() == ConfigValueType.OBJECT
            && rule.getConfig("generalize").root().size() == 1,
        () -> key + " must be a name or { generalize { ... } } with one of bin, date, prefix");
    Config how = rule.getConfig("generalize");
    String name = how.root().keySet().iterator().next();
    String value = how.getString(name);
    return switch (name) {
      case "bin" -> new ColumnRule.Bin(width(key + ".generalize.bin", value));
      case "date" -> new ColumnRule.Date(part(key + ".generalize.date", value));
      case "prefix" -> new ColumnRule.Prefix(whole(key + ".generalize.prefix", value, 1));
      default -> throw new InputException(key + ".generalize must be bin, date or prefix: " + name);
    };
  }

  private static BigDecimal width(String key, String text) {
    try {
      BigDecimal width = new BigDecimal(text);
      if (width.compareTo(LEAST_WIDTH) >= 0 && width.compareTo(MOST_WIDTH) <= 0) {
        return width;
      }
    } catch (NumberFormatException e) {
      // falls through to the error below
    }
    throw new InputException(key + " must be a number from 0.000001 to 1,000,000,000,000: " + text);
  }

  private static DatePart part(String key, String text) {
    for (DatePart part : DatePart.values()) {
      if (part.name().toLowerCase(Locale.ROOT).equals(text)) {
        return part;
      }
    }
    throw new InputException(key + " must be month or year: " + text);
  }

  private static int whole(String key, String text, int least) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= MOST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // falls through to the error below
    }
    throw new InputException(
        key + " must be a whole number from " + least + " to " + MOST + ": " + text);
  }

  private static Anonymity anonymity(String file, Config config) {
    String key = file + ": anonymity";
    for (String name : config.root().keySet()) {
      require(OF_ANONYMITY.contains(name), () -> key + "." + name + ": no such key");
    }
    require(config.hasPath("quasi-identifiers"), () -> key + " needs quasi-identifiers");
    require(config.hasPath("k"), () -> key + " needs k");
    List<String> columns = config.getStringList("quasi-identifiers");
    require(!columns.isEmpty(), () -> key + ".quasi-identifiers must name columns");
    require(
        config.hasPath("sensitive") == config.hasPath("l"),
        () -> key + ": sensitive and l must be given together");
    String sensitive = config.hasPath("sensitive") ? config.getString("sensitive") : "";
    require(
        !config.hasPath("sensitive") || !sensitive.isEmpty(),
        () -> key + ".sensitive must name a column");
    require(
        !columns.contains(sensitive),
        () -> key + ": " + sensitive + " is both a quasi-identifier and sensitive");
    return new Anonymity(
        columns,
        whole(key + ".k", config.getString("k"), 1),
        sensitive,
        config.hasPath("l") ? whole(key + ".l", config.getString("l"), 1) : 1);
  }

  private static void require(boolean condition, Supplier<String> message) {
    if (!condition) {
      throw new InputException(message.get());
    }
  }
}
