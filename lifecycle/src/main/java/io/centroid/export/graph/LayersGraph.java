package io.centroid.export.graph;

import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.dl4j.LayerSpec;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.onnx.Attribute;
import io.centroid.onnx.ElementType;
import io.centroid.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a sequential network as an ONNX graph. The input is {@code input} (batch, values of an
 * example): raw values, which the graph normalizes. A classifier has the outputs {@code logits} and
 * {@code probabilities}, a regression {@code output} in the unit of its targets.
 */
public final class LayersGraph {
  public static final String INPUT = "input";
  public static final String LOGITS = "logits";
  public static final String PROBABILITIES = "probabilities";
  public static final String OUTPUT = "output";
  public static final String BATCH = "batch";

  private final OnnxGraph graph;
  private final GraphWeights weights;
  private final NetworkSpec network;

  public LayersGraph(OnnxGraph graph, GraphWeights weights, NetworkSpec network) {
    this.graph = graph;
    this.weights = weights;
    this.network = network;
  }

  /** Adds all nodes from the input to the outputs. */
  public void build(List<LayerSpec> layers, Normalization normalization) {
    InputShape shape = network.input();
    graph.input(INPUT, ElementType.FLOAT, List.of(BATCH, shape.size()));
    String x = normalized(normalization);
    for (int i = 0; i < layers.size() - 1; i++) {
      x = layer(x, layers.get(i), "layer" + i);
    }
    finish(x, layers.get(layers.size() - 1), normalization.targets());
  }

  private String normalized(Normalization normalization) {
    float[] mean = normalization.mean();
    float[] scale = normalization.scale();
    String x = INPUT;
    if (!isAll(mean, 0)) {
      x = graph.node("Sub", "centered", List.of(x, row("mean", mean)));
    }
    return isAll(scale, 1) ? x : graph.node("Mul", "normalized", List.of(x, row("scale", scale)));
  }

  private String row(String name, float[] values) {
    return graph.floats(name, List.of((long) values.length), values);
  }

  private static boolean isAll(float[] values, float value) {
    for (float other : values) {
      if (other != value) {
        return false;
      }
    }
    return true;
  }

  /** The output layer: its pre-activations are the logits, its activations the prediction. */
  private void finish(String x, LayerSpec last, TargetScaling targets) {
    LayerSpec.Function function = function(last);
    if (network.loss() == Loss.MEAN_SQUARED_ERROR) {
      boolean scaled = !targets.equals(TargetScaling.NONE);
      regression(x, last, function, scaled ? "standardized" : OUTPUT);
      if (scaled) {
        graph.node(
            "Mul",
            "deviations",
            List.of("standardized", graph.number("deviation", (float) targets.deviation())));
        graph.node(
            "Add", OUTPUT, List.of("deviations", graph.number("center", (float) targets.mean())));
      }
      graph.output(OUTPUT, ElementType.FLOAT, List.of(BATCH, network.outputs()));
      return;
    }
    String preActivations = preActivations(x, last, LOGITS);
    if (!preActivations.equals(LOGITS)) {
      graph.node("Identity", LOGITS, List.of(preActivations));
    }
    if (network.loss() == Loss.BINARY_CROSS_ENTROPY) {
      String second = apply(LOGITS, function, "second");
      String first = graph.node("Sub", "first", List.of(graph.number("one", 1), second));
      graph.node("Concat", PROBABILITIES, List.of(first, second), Attribute.of("axis", -1));
    } else if (function == LayerSpec.Function.IDENTITY) {
      graph.node("Identity", PROBABILITIES, List.of(LOGITS));
    } else {
      apply(LOGITS, function, PROBABILITIES);
    }
    graph.output(LOGITS, ElementType.FLOAT, List.of(BATCH, network.outputs()));
    graph.output(PROBABILITIES, ElementType.FLOAT, List.of(BATCH, network.classes()));
  }

  private void regression(String x, LayerSpec last, LayerSpec.Function function, String output) {
    String preActivations =
        preActivations(
            x, last, function == LayerSpec.Function.IDENTITY ? output : "preActivations");
    if (function != LayerSpec.Function.IDENTITY) {
      apply(preActivations, function, output);
    } else if (!preActivations.equals(output)) {
      graph.node("Identity", output, List.of(preActivations));
    }
  }

  private static LayerSpec.Function function(LayerSpec layer) {
    if (layer instanceof LayerSpec.Dense dense) {
      return dense.function();
    }
    if (layer instanceof LayerSpec.Applied applied) {
      return applied.function();
    }
    throw new IllegalStateException("a network ends with an output layer: " + layer);
  }

  private String preActivations(String x, LayerSpec layer, String output) {
    return layer instanceof LayerSpec.Dense dense ? dense(x, dense, output) : x;
  }

  private String layer(String x, LayerSpec layer, String name) {
    if (layer instanceof LayerSpec.Dense dense) {
      return apply(dense(x, dense, name + ".preActivations"), dense.function(), name);
    }
    if (layer instanceof LayerSpec.Convolution convolution) {
      return apply(
          convolution(x, convolution, name + ".preActivations"), convolution.function(), name);
    }
    if (layer instanceof LayerSpec.Pooling pooling) {
      return graph.node(
          pooling.maximum() ? "MaxPool" : "AveragePool",
          name,
          List.of(x),
          window(pooling.window(), pooling.maximum()));
    }
    if (layer instanceof LayerSpec.BatchNormalization norm) {
      return batchNormalization(x, norm, name);
    }
    if (layer instanceof LayerSpec.Applied applied) {
      return apply(x, applied.function(), name);
    }
    if (layer instanceof LayerSpec.ToImages images) {
      String shape =
          graph.integers(name + ".shape", -1, images.channels(), images.height(), images.width());
      return graph.node("Reshape", name, List.of(x, shape));
    }
    return graph.node("Flatten", name, List.of(x), Attribute.of("axis", 1));
  }

  private String dense(String x, LayerSpec.Dense dense, String output) {
    return weights.rowsTimesTransposed(
        x,
        LayerSpec.tensor(dense.number(), "weight"),
        dense.outputs(),
        dense.inputs(),
        dense.bias() ? LayerSpec.tensor(dense.number(), "bias") : "",
        output);
  }

  private String convolution(String x, LayerSpec.Convolution convolution, String output) {
    List<String> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(weights.kernel(LayerSpec.tensor(convolution.number(), "weight")));
    if (convolution.bias()) {
      inputs.add(weights.vector(LayerSpec.tensor(convolution.number(), "bias")));
    }
    return graph.node("Conv", output, inputs, window(convolution.window(), true));
  }

  private static Attribute[] window(LayerSpec.Window window, boolean dilates) {
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.list("kernel_shape", longs(window.kernel())));
    attributes.add(Attribute.list("strides", longs(window.stride())));
    if (window.same()) {
      attributes.add(Attribute.of("auto_pad", "SAME_UPPER"));
    } else {
      long[] sides = longs(window.padding());
      attributes.add(Attribute.list("pads", sides[0], sides[1], sides[0], sides[1]));
    }
    if (dilates) {
      attributes.add(Attribute.list("dilations", longs(window.dilation())));
    }
    return attributes.toArray(Attribute[]::new);
  }

  private static long[] longs(List<Integer> sizes) {
    return sizes.stream().mapToLong(Integer::longValue).toArray();
  }

  private String batchNormalization(String x, LayerSpec.BatchNormalization norm, String output) {
    List<String> inputs = new ArrayList<>();
    inputs.add(x);
    for (String name : List.of("gamma", "beta", "mean")) {
      inputs.add(weights.vector(LayerSpec.tensor(norm.number(), name)));
    }
    inputs.add(
        norm.logarithmic()
            ? weights.squaredPowerOfTen(
                LayerSpec.tensor(norm.number(), "log10stdev"), output + ".variance")
            : weights.vector(LayerSpec.tensor(norm.number(), "var")));
    return graph.node(
        "BatchNormalization", output, inputs, Attribute.of("epsilon", (float) norm.epsilon()));
  }

  private String apply(String x, LayerSpec.Function function, String output) {
    return switch (function) {
      case IDENTITY -> x;
      case RELU -> graph.node("Relu", output, List.of(x));
      case TANH -> graph.node("Tanh", output, List.of(x));
      case SIGMOID -> graph.node("Sigmoid", output, List.of(x));
      case SOFTMAX -> graph.node("Softmax", output, List.of(x), Attribute.of("axis", -1));
      case GELU_SIGMOID -> {
        String scaled =
            graph.node("Mul", output + ".scaled", List.of(x, graph.number("steepness", 1.702f)));
        String gate = graph.node("Sigmoid", output + ".gate", List.of(scaled));
        yield graph.node("Mul", output, List.of(x, gate));
      }
    };
  }
}
