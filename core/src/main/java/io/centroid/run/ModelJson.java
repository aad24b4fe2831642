package io.centroid.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.Rejection;
import io.centroid.data.InputShape;
import io.centroid.data.Normalisation;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Engines;
import io.centroid.model.Loss;
import io.centroid.model.NetworkSpec;
import io.centroid.model.gpt2.Gpt2Config;
import io.centroid.model.gpt2.Gpt2Execution;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A network's description and its inputs' normalisation as the manifest holds them. */
final class ModelJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelJson() {}

  static ObjectNode write(NetworkSpec spec) {
    ObjectNode node = JSON.createObjectNode();
    Architecture architecture = spec.architecture();
    if (architecture instanceof Architecture.Mlp mlp) {
      node.put("name", "mlp");
      node.set("hidden", array(mlp.hidden()));
      node.put("activation", spelled(mlp.activation()));
    } else if (architecture instanceof Architecture.Cnn cnn) {
      node.put("name", "cnn");
      node.set("channels", array(cnn.channels()));
      node.put("kernel", cnn.kernel());
      node.set("hidden", array(cnn.hidden()));
      node.put("activation", spelled(cnn.activation()));
    } else if (architecture instanceof Architecture.Dl4j dl4j) {
      node.put("name", "dl4j");
      node.put("json", dl4j.json());
    } else if (architecture instanceof Architecture.Gpt2 gpt2) {
      write(node, gpt2);
    }
    InputShape input = spec.input();
    node.set("input", array(List.of(input.channels(), input.height(), input.width())));
    node.put("outputs", spec.outputs());
    node.put("loss", spelled(spec.loss()));
    node.put("seed", spec.seed());
    return node;
  }

  private static void write(ObjectNode node, Architecture.Gpt2 gpt2) {
    Gpt2Config config = gpt2.config();
    node.put("name", "gpt2");
    node.put("classifies", gpt2.classifies());
    node.put("layers", config.layers());
    node.put("heads", config.heads());
    node.put("width", config.width());
    node.put("positions", config.positions());
    node.put("vocabulary", config.vocabulary());
    node.put("inner", config.inner());
    node.put("epsilon", config.epsilon());
    ObjectNode dropout = node.putObject("dropout");
    dropout.put("embedding", config.dropout().embedding());
    dropout.put("attention", config.dropout().attention());
    dropout.put("residual", config.dropout().residual());
  }

  private static Architecture.Gpt2 gpt2(String file, JsonNode node) {
    JsonNode dropout = node.path("dropout");
    Gpt2Config config =
        new Gpt2Config(
            integer(file, node, "layers"),
            integer(file, node, "heads"),
            integer(file, node, "width"),
            integer(file, node, "positions"),
            integer(file, node, "vocabulary"),
            integer(file, node, "inner"),
            new Gpt2Config.Dropout(
                number(file, dropout, "embedding"),
                number(file, dropout, "attention"),
                number(file, dropout, "residual")),
            number(file, node, "epsilon"));
    // How it was computed is not what it is: whoever loads it computes in the usual way.
    return new Architecture.Gpt2(config, node.path("classifies").asBoolean(), Gpt2Execution.USUAL);
  }

  private static float number(String file, JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isNumber()) {
      throw new InputException(file + ": model." + key + ": expected a number, found " + value);
    }
    return value.floatValue();
  }

  static NetworkSpec read(String file, JsonNode node, Engines engines) {
    Architecture architecture = architecture(file, node);
    List<Integer> input = integers(file, node, "input");
    if (input.size() != 3) {
      throw new InputException(file + ": model.input: expected 3 sizes, found " + input);
    }
    return new NetworkSpec(
        architecture,
        new InputShape(input.get(0), input.get(1), input.get(2)),
        integer(file, node, "outputs"),
        choice(file, node, "loss", Loss.class),
        node.path("seed").asLong(),
        engines.engine(architecture));
  }

  private static Architecture architecture(String file, JsonNode node) {
    String name = node.path("name").asText();
    return switch (name) {
      case "mlp" ->
          new Architecture.Mlp(
              integers(file, node, "hidden"), choice(file, node, "activation", Activation.class));
      case "cnn" ->
          new Architecture.Cnn(
              integers(file, node, "channels"),
              integer(file, node, "kernel"),
              integers(file, node, "hidden"),
              choice(file, node, "activation", Activation.class));
      case "dl4j" -> new Architecture.Dl4j(node.path("json").asText());
      case "gpt2" -> gpt2(file, node);
      default ->
          throw new InputException(
              file + ": model.name: expected mlp, cnn, dl4j or gpt2, found " + name);
    };
  }

  static ObjectNode write(Normalisation normalisation) {
    ObjectNode node = JSON.createObjectNode();
    node.set("mean", array(normalisation.mean()));
    node.set("scale", array(normalisation.scale()));
    return node;
  }

  static Normalisation readNormalisation(String file, JsonNode node) {
    float[] mean = floats(file, node, "mean");
    float[] scale = floats(file, node, "scale");
    if (mean.length == 0 || mean.length != scale.length) {
      throw new InputException(
          file
              + ": data.normalisation: "
              + mean.length
              + " means, but "
              + scale.length
              + " scales");
    }
    return new Normalisation(mean, scale);
  }

  /** Names as a JSON array of strings, which a configuration can hold. */
  static String names(List<String> names) {
    ArrayNode array = JSON.createArrayNode();
    names.forEach(array::add);
    return array.toString();
  }

  /** Names as {@link #names} wrote them, each another. */
  static List<String> readNames(String file, String json) {
    JsonNode array;
    try {
      array = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw Rejection.of(file, "class names", "an array of strings", "no JSON");
    }
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode name : array) {
      if (name.isTextual()) {
        names.add(name.textValue());
      }
    }
    if (!array.isArray() || names.size() < array.size()) {
      throw Rejection.of(file, "class names", "an array of different strings", "another");
    }
    return List.copyOf(names);
  }

  private static ArrayNode array(List<Integer> values) {
    ArrayNode array = JSON.createArrayNode();
    values.forEach(array::add);
    return array;
  }

  private static ArrayNode array(float[] values) {
    ArrayNode array = JSON.createArrayNode();
    for (float value : values) {
      array.add(value);
    }
    return array;
  }

  private static List<Integer> integers(String file, JsonNode node, String key) {
    List<Integer> values = new ArrayList<>();
    for (JsonNode element : node.path(key)) {
      if (!element.isInt() || element.asInt() < 1) {
        throw new InputException(
            file + ": model." + key + ": expected positive whole numbers, found " + element);
      }
      values.add(element.asInt());
    }
    return values;
  }

  private static int integer(String file, JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isInt() || value.asInt() < 1) {
      throw new InputException(
          file + ": model." + key + ": expected a positive whole number, found " + value);
    }
    return value.asInt();
  }

  private static float[] floats(String file, JsonNode node, String key) {
    JsonNode array = node.path(key);
    if (!array.isArray()) {
      throw Rejection.of(file, "data.normalisation." + key, "an array", array.toString());
    }
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.get(i).isNumber()) {
        throw new InputException(
            file + ": data.normalisation." + key + ": expected a number, found " + array.get(i));
      }
      values[i] = array.get(i).floatValue();
    }
    return values;
  }

  private static <E extends Enum<E>> E choice(
      String file, JsonNode node, String key, Class<E> type) {
    String text = node.path(key).asText();
    for (E constant : type.getEnumConstants()) {
      if (spelled(constant).equals(text)) {
        return constant;
      }
    }
    throw new InputException(file + ": model." + key + ": unknown value " + text);
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
