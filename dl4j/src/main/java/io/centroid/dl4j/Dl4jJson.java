package io.centroid.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.JsonInput;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
 * Builds a network from DL4J's JSON configuration. Only the architecture is used: the updater is
 * replaced by {@code optimizer} of the run's configuration, and other settings that change
 * gradients or parameters are rejected, not ignored.
 *
 * <p>Security: DL4J loads the classes that its JSON names. So the text is parsed strictly first,
 * and every class name must be in the packages of DL4J and ND4J that describe networks. DL4J then
 * reads the checked tree, serialized again, never the original text, because two parsers may
 * disagree, for example on duplicate keys.
 */
public final class Dl4jJson {
  /** Keys of class names, by the annotations of DL4J and ND4J. */
  static final Set<String> CLASS_KEYS = Set.of("@class", "type");

  private static final Pattern NETWORK_CLASS =
      Pattern.compile(
          "org\\.deeplearning4j\\.nn\\.(conf|weights)\\.[\\w.$]+"
              + "|org\\.nd4j\\.linalg\\.(activations|learning|lossfunctions|schedule)\\.[\\w.$]+");

  /** Values of {@code type} that are input kinds, not class names. */
  private static final Set<String> INPUT_KINDS = Set.of("FF", "RNN", "CNN", "CNNFlat", "CNN3D");

  private static final int MAX_DEPTH = 100;
  private static final ObjectMapper JSON =
      new ObjectMapper(JsonInput.factory(MAX_DEPTH))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String place;
  private final long seed;

  private Dl4jJson(String place, long seed) {
    this.place = place;
    this.seed = seed;
  }

  /**
   * Builds the network.
   *
   * @param place name of the JSON in messages
   * @param seed random seed of the initial parameters
   * @throws InputException if the JSON is not a DL4J configuration, or contains an unsupported
   *     setting
   */
  static Dl4jNetwork network(String place, String json, long seed) {
    Dl4jJson reading = new Dl4jJson(place, seed);
    return reading.readable(() -> reading.network(json));
  }

  /**
   * Checks the JSON like {@link #network}, without allocating the network, whose size the JSON
   * determines.
   *
   * @param place name of the JSON in messages
   * @throws InputException if {@link #network} would reject the JSON
   */
  public static void check(String place, String json) {
    Dl4jJson reading = new Dl4jJson(place, 0);
    reading.readable(
        () -> {
          JsonNode tree = reading.checked(json);
          return isGraph(tree) ? reading.graph(tree) : reading.sequential(tree);
        });
  }

  /** DL4J's JSON of a built-in network. */
  public static String of(NetworkSpec spec, Architecture.Mlp mlp) {
    return Dl4jConfigurations.mlp(spec, mlp).toJson();
  }

  /** DL4J's JSON of a built-in network. */
  public static String of(NetworkSpec spec, Architecture.Cnn cnn) {
    return Dl4jConfigurations.cnn(spec, cnn).toJson();
  }

  private Dl4jNetwork network(String json) {
    JsonNode tree = checked(json);
    return isGraph(tree)
        ? Dl4jNetwork.Graph.of(new ComputationGraph(graph(tree)))
        : Dl4jNetwork.Sequential.of(new MultiLayerNetwork(sequential(tree)));
  }

  /** Reports any exception of DL4J as unreadable JSON. */
  private <T> T readable(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      throw InputErrors.of(
          place, "DL4J cannot read it: " + message.lines().findFirst().orElse(""), e);
    }
  }

  private static boolean isGraph(JsonNode tree) {
    return tree.has("vertices");
  }

  private JsonNode checked(String json) {
    JsonNode tree = parse(json);
    requireKnownClasses(tree);
    if (isGraph(tree) || tree.has("confs")) {
      return tree;
    }
    throw new InputException(
        place
            + ": expected the JSON of a DL4J MultiLayerConfiguration (with confs) or"
            + " ComputationGraphConfiguration (with vertices)");
  }

  private MultiLayerConfiguration sequential(JsonNode tree) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(tree.toString());
    requireStandardBackpropagation(configuration.getBackpropType());
    requireFloat(configuration.getDataType());
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      prepare(layer);
    }
    return configuration;
  }

  private ComputationGraphConfiguration graph(JsonNode tree) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(tree.toString());
    requireStandardBackpropagation(configuration.getBackpropType());
    requireFloat(configuration.getDataType());
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      throw new InputException(
          place
              + ": expected a graph with one input and one output, found "
              + configuration.getNetworkInputs()
              + " and "
              + configuration.getNetworkOutputs());
    }
    configuration.getDefaultConfiguration().setSeed(seed);
    configuration.getVertices().values().stream()
        .filter(org.deeplearning4j.nn.conf.graph.LayerVertex.class::isInstance)
        .map(vertex -> ((org.deeplearning4j.nn.conf.graph.LayerVertex) vertex).getLayerConf())
        .forEach(layer -> prepare(layer));
    return configuration;
  }

  private void prepare(NeuralNetConfiguration configuration) {
    configuration.setSeed(seed);
    Layer layer = configuration.getLayer();
    if (layer == null) {
      throw new InputException(place + ": expected a layer in each of confs, found one without");
    }
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw unsupported(layer, "constraints", "none");
    }
    if (layer instanceof BaseWrapperLayer
        || layer instanceof FrozenLayer
        || layer instanceof Bidirectional) {
      throw new InputException(
          place
              + ": layer "
              + layer.getLayerName()
              + " wraps another layer ("
              + layer.getClass().getSimpleName()
              + "), which is not supported");
    }
    if (layer instanceof BaseLayer base) {
      if (base.getRegularization() != null && !base.getRegularization().isEmpty()) {
        throw unsupported(layer, "l1, l2 or weight decay", "optimizer.weight-decay");
      }
      if (base.getGradientNormalization() != null
          && base.getGradientNormalization() != GradientNormalization.None) {
        throw unsupported(layer, "gradient normalization", "optimizer.clip-norm");
      }
      base.setIUpdater(new NoOp());
      base.setBiasUpdater(null);
    }
  }

  private InputException unsupported(Layer layer, String found, String instead) {
    return new InputException(
        place
            + ": layer "
            + layer.getLayerName()
            + " has "
            + found
            + ", which is a setting of the run; remove it from the JSON (use instead: "
            + instead
            + ")");
  }

  private void requireStandardBackpropagation(BackpropType type) {
    if (type == BackpropType.TruncatedBPTT) {
      throw new InputException(
          place + ": truncated back-propagation through time is not supported");
    }
  }

  private void requireFloat(DataType type) {
    if (type != DataType.FLOAT) {
      throw new InputException(place + ": expected a network of data type FLOAT, found " + type);
    }
  }

  private JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw JsonInput.parseError(place, "", e);
    }
  }

  private void requireKnownClasses(JsonNode node) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (CLASS_KEYS.contains(field.getKey())) {
          requireNetworkClass(field.getKey(), field.getValue());
        }
        requireKnownClasses(field.getValue());
      }
    }
    if (node.isArray()) {
      node.forEach(this::requireKnownClasses);
    }
  }

  private void requireNetworkClass(String key, JsonNode value) {
    boolean known =
        value.isTextual()
            && (NETWORK_CLASS.matcher(value.textValue()).matches()
                || (key.equals("type") && INPUT_KINDS.contains(value.textValue())));
    if (!known) {
      throw new InputException(
          InputErrors.oneLine(
              place
                  + ": "
                  + key
                  + " "
                  + InputErrors.shorten(value.asText(value.toString()))
                  + " is not a network class of DL4J or ND4J"));
    }
  }
}
