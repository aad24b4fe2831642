package io.centroid.card;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.config.TrustSettings;
import io.centroid.io.Json;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata of a model card, in the terms of Hugging Face's hub: {@code
 * huggingface_hub.ModelCardData}.
 *
 * @param name name of the model
 */
record CardMetadata(CardContent content, String name) {
  private static final Map<String, String> METRICS =
      Map.of("meanAbsoluteError", "mae", "r2", "r_squared");

  private static final MathContext DIGITS = new MathContext(6);

  /** Larger numbers have an exponent that YAML 1.1 reads as text. */
  private static final double MOST_WITH_FRACTION = 1e7;

  /**
   * The metadata as YAML between lines {@code ---}. The keys are constants and each value is JSON
   * in one line, which YAML 1.1 and 1.2 read as it is, so that no value from outside becomes YAML.
   */
  String yaml() {
    StringBuilder yaml = new StringBuilder("---\n");
    tree()
        .fields()
        .forEachRemaining(
            entry ->
                yaml.append(entry.getKey())
                    .append(": ")
                    .append(Json.line(entry.getValue()))
                    .append('\n'));
    return yaml.append("---\n").toString();
  }

  private ObjectNode tree() {
    TrustSettings settings = content.settings();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    if (!settings.license().isEmpty()) {
      tree.put("license", settings.license());
    }
    put(tree, "language", settings.languages());
    put(tree, "datasets", settings.datasets());
    tree.put("library_name", "centroid");
    tree.put("pipeline_tag", task());
    put(tree, "tags", List.of("centroid", content.model().network().architecture().name()));
    Optional<Measured> measured = Measured.of(content);
    if (measured.isPresent()) {
      put(
          tree,
          "metrics",
          measured.get().metrics().keySet().stream().map(CardMetadata::type).toList());
      tree.putArray("model-index").add(results(measured.get()));
    }
    return tree;
  }

  private ObjectNode results(Measured measured) {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("name", Markdown.printable(name));
    ObjectNode result = model.putArray("results").addObject();
    result.putObject("task").put("type", task());
    ObjectNode data = result.putObject("dataset");
    List<String> named = content.settings().datasets();
    data.put("name", Markdown.printable(dataName()));
    data.put("type", named.isEmpty() ? "private" : named.get(0));
    data.put("split", measured.part());
    ArrayNode metrics = result.putArray("metrics");
    measured
        .metrics()
        .forEach(
            (metric, value) -> {
              ObjectNode added = metrics.addObject().put("type", type(metric)).put("name", metric);
              if (Math.abs(value) < MOST_WITH_FRACTION) {
                added.put("value", new BigDecimal(value).round(DIGITS).doubleValue());
              } else {
                added.put("value", Math.round(value));
              }
            });
    return model;
  }

  /** The last name of the data's path: the whole path is nobody's business but the owner's. */
  String dataName() {
    Map<String, String> keys = content.model().dataKeys();
    String path = keys.getOrDefault("data.path", "").replaceFirst("/+$", "");
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? keys.getOrDefault("data.format", "unknown") : name;
  }

  /** The task by the hub's name. */
  String task() {
    NetworkSpec network = content.model().network();
    if (network.architecture() instanceof Architecture.Gpt2 gpt2) {
      return gpt2.classifies() ? "text-classification" : "text-generation";
    }
    boolean classifies = network.loss().classifies();
    boolean isImage = network.input().height() > 1 || content.model().table() == null;
    return isImage && classifies
        ? "image-classification"
        : classifies ? "tabular-classification" : "tabular-regression";
  }

  private static String type(String metric) {
    return METRICS.getOrDefault(metric, metric);
  }

  private static void put(ObjectNode tree, String key, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(tree.putArray(key)::add);
    }
  }
}
