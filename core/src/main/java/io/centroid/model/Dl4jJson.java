package io.centroid.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputException;
import io.centroid.JsonInput;
import io.centroid.Rejection;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Builds a network from DL4J's own JSON. The JSON states the network alone: the updater in it is
 * not used ({@code optimizer} of the run's configuration is), and whatever else DL4J would do to
 * gradients or parameters is refused rather than dropped. Class names in the JSON may only be
 * DL4J's and ND4J's own.
 */
public final class Dl4jJson {
  private static final String FILE = "model.file";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Dl4jJson() {}

  /**
   * Builds the network, with initial parameters drawn from the seed.
   *
   * @throws InputException if the JSON is none of DL4J's, or asks for what a flat optimizer does
   *     not do
   */
  static Dl4jNetwork network(String json, long seed) {
    return readable(
        () ->
            isGraph(json)
                ? Dl4jNetwork.Graph.of(new ComputationGraph(graph(json, seed)))
                : Dl4jNetwork.Sequential.of(new MultiLayerNetwork(sequential(json, seed))));
  }

  /**
   * As far as {@link #network} goes without making the network, whose memory the JSON decides.
   *
   * @throws InputException as it does
   */
  public static void check(String json) {
    readable(() -> isGraph(json) ? graph(json, 0) : sequential(json, 0));
  }

  /** What DL4J throws at JSON that it reads but cannot use means that it cannot read it. */
  private static <T> T readable(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** The JSON of a built-in network, as DL4J writes it. */
  public static String of(NetworkSpec spec, Architecture.Mlp mlp) {
    return Dl4jConfigurations.mlp(spec, mlp).toJson();
  }

  /** The JSON of a built-in network, as DL4J writes it. */
  public static String of(NetworkSpec spec, Architecture.Cnn cnn) {
    return Dl4jConfigurations.cnn(spec, cnn).toJson();
  }

  private static boolean isGraph(String json) {
    JsonNode tree = parse(json);
    requireKnownClasses(tree);
    if (tree.has("vertices")) {
      return true;
    }
    if (tree.has("confs")) {
      return false;
    }
    throw new InputException(
        "model.file: expected the JSON of a DL4J MultiLayerConfiguration (with confs) or ComputationGraphConfiguration (with vertices)");
  }

  private static MultiLayerConfiguration sequential(String json, long seed) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    requireStandardBackpropagation(configuration.getBackpropType());
    requireFloat(configuration.getDataType());
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      takeOver(layer, seed);
    }
    return configuration;
  }

  private static ComputationGraphConfiguration graph(String json, long seed) {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    requireStandardBackpropagation(configuration.getBackpropType());
    requireFloat(configuration.getDataType());
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      throw new InputException(
          "model.file: expected a graph with one input and one output, found "
              + configuration.getNetworkInputs()
              + " and "
              + configuration.getNetworkOutputs());
    }
    configuration.getDefaultConfiguration().setSeed(seed);
    configuration.getVertices().values().stream()
        .filter(org.deeplearning4j.nn.conf.graph.LayerVertex.class::isInstance)
        .map(vertex -> ((org.deeplearning4j.nn.conf.graph.LayerVertex) vertex).getLayerConf())
        .forEach(layer -> takeOver(layer, seed));
    return configuration;
  }

  private static void takeOver(NeuralNetConfiguration configuration, long seed) {
    configuration.setSeed(seed);
    Layer layer = configuration.getLayer();
    if (layer == null) {
      throw new InputException("model.file: expected a layer in each of confs, found one without");
    }
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw refused(layer, "constraints", "none");
    }
    if (layer instanceof BaseWrapperLayer
        || layer instanceof FrozenLayer
        || layer instanceof Bidirectional) {
      throw new InputException(
          "model.file: layer "
              + layer.getLayerName()
              + " wraps another ("
              + layer.getClass().getSimpleName()
              + "), which is not supported");
    }
    if (layer instanceof BaseLayer base) {
      if (base.getRegularization() != null && !base.getRegularization().isEmpty()) {
        throw refused(layer, "l1, l2 or weight decay", "optimizer.weight-decay");
      }
      if (base.getGradientNormalization() != null
          && base.getGradientNormalization() != GradientNormalization.None) {
        throw refused(layer, "gradient normalization", "optimizer.clip-norm");
      }
      base.setIUpdater(new NoOp());
      base.setBiasUpdater(null);
    }
  }

  private static InputException refused(Layer layer, String found, String instead) {
    return new InputException(
        "model.file: layer "
            + layer.getLayerName()
            + " has "
            + found
            + ", which the run's configuration decides; remove it from the JSON (instead: "
            + instead
            + ")");
  }

  private static void requireStandardBackpropagation(BackpropType type) {
    if (type == BackpropType.TruncatedBPTT) {
      throw new InputException(
          "model.file: truncated back-propagation through time is not supported");
    }
  }

  private static void requireFloat(DataType type) {
    if (type != DataType.FLOAT) {
      throw new InputException("model.file: expected a network of data type FLOAT, found " + type);
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw JsonInput.refusal(FILE, "", e);
    }
  }

  private static void requireKnownClasses(JsonNode node) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        boolean namesClass = field.getKey().equals("@class");
        if (namesClass
            && !field.getValue().asText().matches("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+")) {
          throw Rejection.of(
              FILE,
              "@class",
              "one of DL4J's or ND4J's classes",
              Rejection.quote(field.getValue().asText()));
        }
        requireKnownClasses(field.getValue());
      }
    }
    if (node.isArray()) {
      node.forEach(Dl4jJson::requireKnownClasses);
    }
  }

  private static InputException unreadable(RuntimeException cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return Rejection.of(
        FILE, "DL4J cannot read it: " + message.lines().findFirst().orElse(""), cause);
  }
}
