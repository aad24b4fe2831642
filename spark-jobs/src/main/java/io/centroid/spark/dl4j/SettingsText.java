package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/**
 * Settings as JSON or YAML: plain names and numbers, read as a tree, so that a file cannot name a
 * class. What a text leaves out has its default; a name that is not known is refused.
 */
enum SettingsText {
  JSON(new ObjectMapper()),
  YAML(new ObjectMapper(new YAMLFactory()));

  private static final Set<String> KEYS =
      Set.of(
          "workers",
          "localSteps",
          "batchSizePerWorker",
          "outer",
          "codec",
          "topKFraction",
          "innerState",
          "seed");
  private static final Set<String> OUTER_KEYS =
      Set.of("name", "rate", "momentum", "beta1", "beta2", "epsilon");

  private static final int DEEPEST = 10;

  private final transient ObjectMapper mapper;

  SettingsText(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  String write(MasterSettings settings) {
    ObjectNode tree = mapper.createObjectNode();
    tree.put("workers", settings.workers());
    tree.put("localSteps", settings.localSteps());
    tree.put("batchSizePerWorker", settings.batchSizePerWorker());
    OuterSettings outer = settings.outer();
    tree.putObject("outer")
        .put("name", name(outer.name()))
        .put("rate", outer.rate())
        .put("momentum", outer.momentum())
        .put("beta1", outer.beta1())
        .put("beta2", outer.beta2())
        .put("epsilon", outer.epsilon());
    tree.put("codec", name(settings.codec()));
    tree.put("topKFraction", settings.topKFraction());
    tree.put("innerState", name(settings.innerState()));
    tree.put("seed", settings.seed());
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads settings.
   *
   * @throws InputException naming the key
   */
  MasterSettings read(String text) {
    JsonNode tree = requireKnown("", parse(text), KEYS);
    MasterSettings defaults = CentroidTrainingMaster.DEFAULTS;
    return new MasterSettings(
        Math.toIntExact(whole(tree, "workers", defaults.workers(), Integer.MAX_VALUE)),
        Math.toIntExact(whole(tree, "localSteps", defaults.localSteps(), Integer.MAX_VALUE)),
        Math.toIntExact(
            whole(tree, "batchSizePerWorker", defaults.batchSizePerWorker(), Integer.MAX_VALUE)),
        outer(tree.get("outer"), defaults.outer()),
        named(Codec.Name.values(), tree, "codec", defaults.codec()),
        number("", tree, "topKFraction", defaults.topKFraction()),
        named(InnerStatePolicy.values(), tree, "innerState", defaults.innerState()),
        whole(tree, "seed", defaults.seed(), Long.MAX_VALUE));
  }

  private static OuterSettings outer(@Nullable JsonNode node, OuterSettings otherwise) {
    if (node == null) {
      return otherwise;
    }
    JsonNode tree = requireKnown("outer.", node, OUTER_KEYS);
    OuterSettings usual =
        MasterSettings.usual(
            named(OuterSettings.Name.values(), tree, "name", OuterSettings.Name.MEAN));
    return new OuterSettings(
        usual.name(),
        number("outer.", tree, "rate", usual.rate()),
        number("outer.", tree, "momentum", usual.momentum()),
        number("outer.", tree, "beta1", usual.beta1()),
        number("outer.", tree, "beta2", usual.beta2()),
        number("outer.", tree, "epsilon", usual.epsilon()));
  }

  private JsonNode parse(String text) {
    try {
      requireShallow(text);
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "not " + this + ": " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException | RuntimeException e) {
      // What reads YAML throws exceptions of its own at some damage.
      throw e instanceof InputException refused
          ? refused
          : new InputException("not " + this + ": " + e.getMessage(), e);
    }
  }

  /** The tree is built by recursion, which has an end in the stack. */
  private void requireShallow(String text) throws IOException {
    int depth = 0;
    try (JsonParser parser = mapper.getFactory().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new InputException("settings: expected at most " + DEEPEST + " levels, found more");
        }
      }
    }
  }

  private static JsonNode requireKnown(String prefix, JsonNode tree, Set<String> known) {
    if (!tree.isObject()) {
      throw new InputException(
          (prefix.isEmpty() ? "settings" : prefix.substring(0, prefix.length() - 1))
              + ": expected names with values, found "
              + tree);
    }
    for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
      String found = names.next();
      if (!known.contains(found)) {
        throw new InputException(
            prefix + found + " is not known; there are " + new java.util.TreeSet<>(known));
      }
    }
    return tree;
  }

  private static long whole(JsonNode tree, String key, long otherwise, long most) {
    JsonNode node = tree.get(key);
    if (node == null) {
      return otherwise;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.asLong() > most
        || node.asLong() < ~most) {
      throw new InputException(key + " must be a whole number: " + node);
    }
    return node.asLong();
  }

  private static double number(String prefix, JsonNode tree, String key, double otherwise) {
    JsonNode node = tree.get(key);
    if (node == null) {
      return otherwise;
    }
    if (!node.isNumber()) {
      throw new InputException(prefix + key + " must be a number: " + node);
    }
    return node.asDouble();
  }

  private static <E extends Enum<E>> E named(E[] values, JsonNode tree, String key, E otherwise) {
    JsonNode node = tree.get(key);
    if (node == null) {
      return otherwise;
    }
    return Arrays.stream(values)
        .filter(value -> name(value).equals(node.asText()))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    key
                        + " must be one of "
                        + Arrays.stream(values).map(SettingsText::name).toList()
                        + ": "
                        + node));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
