package io.centroid.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputErrors;
import io.centroid.InputException;
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
 * Builds a network from DL4J's own JSON. The JSON states the network alone: the updater in it is
 * not used ({@code optimizer} of the run's configuration is), and whatever else DL4J would do to
 * gradients or parameters is refused rather than dropped.
 *
 * <p>DL4J loads the classes that its JSON names. So the text is parsed strictly first, every name
 * of a class in it must be of those packages of DL4J and ND4J that describe networks, and DL4J
 * reads what was checked, written out again, never the text itself: two parsers may disagree, as on
 * a key that comes twice.
 */
public final class Dl4jJson {
  /** Under which DL4J's and ND4J's annotations let a JSON object name its class. */
  static final Set<String> CLASS_KEYS = Set.of("@class", "type");

  private static final Pattern NETWORK_CLASS =
      Pattern.compile(
          "org\\.deeplearning4j\\.nn\\.(conf|weights)\\.[\\w.$]+"
              + "|org\\.nd4j\\.linalg\\.(activations|learning|lossfunctions|schedule)\\.[\\w.$]+");

  /** Values of {@code type} that name no class but a kind of input. */
  private static final Set<String> INPUT_KINDS = Set.of("FF", "RNN", "CNN", "CNNFlat", "CNN3D");

  private static final int MOST_DEPTH = 100;
  private static final ObjectMapper JSON =
      new ObjectMapper(JsonInput.factory(MOST_DEPTH))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String place;
  private final long seed;

  private Dl4jJson(String place, long seed) {
    this.place = place;
    this.seed = seed;
  }

  /**
   * Builds the network, with initial parameters drawn from the seed.
   *
   * @param place what to call the JSON in messages
   * @throws InputException if the JSON is none of DL4J's, or asks for what a flat optimizer does
   *     not do
   */
  static Dl4jNetwork network(String place, String json, long seed) {
    Dl4jJson reading = new Dl4jJson(place, seed);
    return reading.readable(() -> reading.network(json));
  }

  /**
   * As far as {@link #network} goes without making the network, whose memory the JSON decides.
   *
   * @param place what to call the JSON in messages
   * @throws InputException as it does
   */
  public static void check(String place, String json) {
    Dl4jJson reading = new Dl4jJson(place, 0);
    reading.readable(
        () -> {
          JsonNode tree = reading.checked(json);
          return isGraph(tree) ? reading.graph(tree) : reading.sequential(tree);
        });
  }

  /** The JSON of a built-in network, as DL4J writes it. */
  public static String of(NetworkSpec spec, Architecture.Mlp mlp) {
    return Dl4jConfigurations.mlp(spec, mlp).toJson();
  }

  /** The JSON of a built-in network, as DL4J writes it. */
  public static String of(NetworkSpec spec, Architecture.Cnn cnn) {
    return Dl4jConfigurations.cnn(spec, cnn).toJson();
  }

  private Dl4jNetwork network(String json) {
    JsonNode tree = checked(json);
    return isGraph(tree)
        ? Dl4jNetwork.Graph.of(new ComputationGraph(graph(tree)))
        : Dl4jNetwork.Sequential.of(new MultiLayerNetwork(sequential(tree)));
  }

  /** What DL4J throws at JSON that it reads but cannot use means that it cannot read it. */
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
      takeOver(layer);
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
        .forEach(layer -> takeOver(layer));
    return configuration;
  }

  private void takeOver(NeuralNetConfiguration configuration) {
    configuration.setSeed(seed);
    Layer layer = configuration.getLayer();
    if (layer == null) {
      throw new InputException(place + ": expected a layer in each of confs, found one without");
    }
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw refused(layer, "constraints", "none");
    }
    if (layer instanceof BaseWrapperLayer
        || layer instanceof FrozenLayer
        || layer instanceof Bidirectional) {
      throw new InputException(
          place
              + ": layer "
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

  private InputException refused(Layer layer, String found, String instead) {
    return new InputException(
        place
            + ": layer "
            + layer.getLayerName()
            + " has "
            + found
            + ", which the run's configuration decides; remove it from the JSON (instead: "
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
                  + " is none of the classes that DL4J and ND4J describe networks with"));
    }
  }
}
