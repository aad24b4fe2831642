package io.centroid.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Variant;
import io.centroid.nn.gpt2.Gpt2Execution;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The JSON form of a network's description and its input normalization in a manifest. */
public final class ModelJson {
  private static final String MODEL = "model";

  private ModelJson() {}

  public static ObjectNode write(NetworkSpec spec) {
    Architecture architecture = spec.architecture();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (architecture instanceof Architecture.Mlp mlp) {
      node.put("name", "mlp").setAll(Json.tree(new Mlp(mlp.hidden(), mlp.activation())));
    } else if (architecture instanceof Architecture.Cnn cnn) {
      node.put("name", "cnn")
          .setAll(Json.tree(new Cnn(cnn.channels(), cnn.kernel(), cnn.hidden(), cnn.activation())));
    } else if (architecture instanceof Architecture.Dl4j dl4j) {
      node.put("name", "dl4j").setAll(Json.tree(new Dl4j(dl4j.json())));
    } else if (architecture instanceof Architecture.Gpt2 gpt2) {
      node.put("name", "gpt2").setAll(Json.tree(Gpt2.of(gpt2)));
    } else if (architecture instanceof Architecture.Custom custom) {
      node.setAll(Json.tree(new Custom(custom.name(), custom.settings())));
    }
    InputShape input = spec.input();
    return node.setAll(
        Json.tree(
            new Network(
                List.of(input.channels(), input.height(), input.width()),
                spec.outputs(),
                spec.loss(),
                spec.seed())));
  }

  static NetworkSpec read(String file, JsonNode node, Engines engines) {
    Network network = Json.read(file, MODEL, node, Network.class);
    Architecture architecture = architecture(file, node);
    List<Integer> input = network.input();
    return new NetworkSpec(
        architecture,
        new InputShape(input.get(0), input.get(1), input.get(2)),
        network.outputs(),
        network.loss(),
        network.seed(),
        engines.engine(architecture));
  }

  private static Architecture architecture(String file, JsonNode node) {
    String name = node.path("name").asText();
    Class<? extends Described> type =
        switch (name) {
          case "mlp" -> Mlp.class;
          case "cnn" -> Cnn.class;
          case "dl4j" -> Dl4j.class;
          case "gpt2" -> Gpt2.class;
          default -> {
            if (!node.has("settings")) {
              throw InputErrors.of(file, "key model.name", "mlp, cnn, dl4j or gpt2", name);
            }
            yield Custom.class;
          }
        };
    return Json.read(file, MODEL, node, type).architecture();
  }

  /** The keys of every network. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Network(List<Integer> input, int outputs, Loss loss, long seed) {
    Network {
      Json.require(input.size() == 3 && positive(input), "input", "3 positive whole numbers");
      requirePositive("outputs", outputs);
    }
  }

  /** The keys of an architecture. */
  private sealed interface Described {
    Architecture architecture();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Mlp(List<Integer> hidden, Activation activation) implements Described {
    Mlp {
      Json.require(positive(hidden), "hidden", "positive whole numbers");
    }

    @Override
    public Architecture architecture() {
      return new Architecture.Mlp(hidden, activation);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Cnn(List<Integer> channels, int kernel, List<Integer> hidden, Activation activation)
      implements Described {
    Cnn {
      Json.require(positive(channels), "channels", "positive whole numbers");
      requirePositive("kernel", kernel);
      Json.require(positive(hidden), "hidden", "positive whole numbers");
    }

    @Override
    public Architecture architecture() {
      return new Architecture.Cnn(channels, kernel, hidden, activation);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Dl4j(String json) implements Described {
    @Override
    public Architecture architecture() {
      return new Architecture.Dl4j(json);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Custom(String name, Map<String, String> settings) implements Described {
    @Override
    public Architecture architecture() {
      return new Architecture.Custom(name, settings);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Gpt2(
      @Nullable Boolean classifies,
      int layers,
      int heads,
      int width,
      int positions,
      int vocabulary,
      int inner,
      float epsilon,
      Gpt2Config.Dropout dropout,
      @Nullable Variant variant)
      implements Described {
    Gpt2 {
      requirePositive("layers", layers);
      requirePositive("heads", heads);
      requirePositive("width", width);
      requirePositive("positions", positions);
      requirePositive("vocabulary", vocabulary);
      requirePositive("inner", inner);
    }

    static Gpt2 of(Architecture.Gpt2 gpt2) {
      Gpt2Config config = gpt2.config();
      return new Gpt2(
          gpt2.classifies(),
          config.layers(),
          config.heads(),
          config.width(),
          config.positions(),
          config.vocabulary(),
          config.mlpWidth(),
          config.epsilon(),
          config.dropout(),
          config.variant().equals(Variant.STANDARD) ? null : config.variant());
    }

    @Override
    public Architecture architecture() {
      // The execution settings are not stored; a loaded network has the default ones.
      return new Architecture.Gpt2(
          new Gpt2Config(
              layers,
              heads,
              width,
              positions,
              vocabulary,
              inner,
              dropout,
              epsilon,
              Objects.requireNonNullElse(variant, Variant.STANDARD)),
          Boolean.TRUE.equals(classifies),
          Gpt2Execution.DEFAULT);
    }
  }

  /**
   * Normalization of the inputs, and of the targets of a regression.
   *
   * @param imputes true if the mean replaces missing values although mean and scale do not tell;
   *     null if they do
   * @param target scaling of the targets; null if they are unchanged
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Scaling(
      List<Float> mean, List<Float> scale, @Nullable Boolean imputes, @Nullable Target target) {
    Scaling {
      Json.require(!mean.isEmpty(), "mean", "numbers");
      if (mean.size() != scale.size()) {
        throw new InputException(mean.size() + " means, but " + scale.size() + " scales");
      }
    }

    static Scaling of(Normalization normalization) {
      TargetScaling targets = normalization.targets();
      return new Scaling(
          floats(normalization.mean()),
          floats(normalization.scale()),
          normalization.imputesUnseen() ? true : null,
          targets.equals(TargetScaling.NONE)
              ? null
              : new Target(targets.mean(), targets.deviation()));
    }

    Normalization normalization() {
      Normalization stored = new Normalization(floats(mean), floats(scale));
      Normalization inputs = Boolean.TRUE.equals(imputes) ? stored.withImputation() : stored;
      return target == null
          ? inputs
          : inputs.withTargets(new TargetScaling(target.mean, target.deviation));
    }
  }

  /** Mean and standard deviation of the training examples' targets. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Target(double mean, double deviation) {
    Target {
      Json.require(Double.isFinite(mean), "mean", "a finite number");
      Json.require(TargetScaling.isValid(0, deviation), "deviation", "a finite number above 0");
    }
  }

  /** Parses distinct names from a JSON array of strings. */
  static List<String> readNames(String file, String json) {
    String place = file + ": class names";
    JsonNode array = Json.parse(place, json.getBytes(StandardCharsets.UTF_8));
    List<String> names = List.of(Json.read(place, "", array, String[].class));
    if (names.stream().distinct().count() < names.size()) {
      throw InputErrors.of(place, "names", "different strings", array.toString());
    }
    return names;
  }

  private static void requirePositive(String key, int value) {
    Json.require(value > 0, key, "a positive whole number");
  }

  private static boolean positive(List<Integer> sizes) {
    return sizes.stream().allMatch(size -> size > 0);
  }

  private static List<Float> floats(float[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
