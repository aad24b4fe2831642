package io.centroid.export.graph;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.onnx.Attribute;
import io.centroid.onnx.ElementType;
import io.centroid.onnx.OnnxGraph;
import io.centroid.onnx.OnnxLanguageModel;
import java.util.List;

/**
 * Builds GPT-2 as an ONNX graph. Inputs and outputs have the names that Hugging Face's Optimum
 * uses. Batch and sequence are dynamic. A classifier and a model with a cache take an {@code
 * attention_mask} (1 for a token, 0 for padding).
 */
public final class Gpt2Graph {
  private static final String BATCH = "batch";
  private static final String SEQUENCE = "sequence";
  private static final String PAST = "past";

  /** Added to masked attention scores; finite, so that the softmax of a padding row is not NaN. */
  private static final float MASKED = -3e38f;

  private final OnnxGraph graph;
  private final GraphWeights weights;
  private final Gpt2Config config;
  private final boolean cache;
  private final int classes;

  /**
   * A builder for one graph.
   *
   * @param cache true to add inputs and outputs for the key-value cache
   * @param classes number of classes of a classifier; 0 for a language model
   */
  public Gpt2Graph(
      OnnxGraph graph, GraphWeights weights, Gpt2Config config, boolean cache, int classes) {
    this.graph = graph;
    this.weights = weights;
    this.config = config;
    this.cache = cache;
    this.classes = classes;
  }

  public void build() {
    graph.input(OnnxLanguageModel.IDS, ElementType.INT64, List.of(BATCH, SEQUENCE));
    boolean masked = cache || classes > 0;
    if (masked) {
      graph.input(
          OnnxLanguageModel.MASK,
          ElementType.INT64,
          List.of(BATCH, cache ? PAST + " + " + SEQUENCE : SEQUENCE));
    }
    if (cache) {
      graph.input(OnnxLanguageModel.POSITIONS, ElementType.INT64, List.of(BATCH, SEQUENCE));
      List<Object> shape = List.of(BATCH, config.heads(), PAST, config.headWidth());
      for (int layer = 0; layer < config.layers(); layer++) {
        graph.input(OnnxLanguageModel.past(layer, "key"), ElementType.FLOAT, shape);
        graph.input(OnnxLanguageModel.past(layer, "value"), ElementType.FLOAT, shape);
      }
    }
    String sizes = graph.node("Shape", "ids.shape", List.of(OnnxLanguageModel.IDS));
    String sequence = element(sizes, 1, "sequence.length");
    String past =
        cache
            ? element(
                graph.node("Shape", "past.shape", List.of(OnnxLanguageModel.past(0, "key"))),
                2,
                "past.length")
            : integer("none", 0);
    String total = graph.node("Add", "total.length", List.of(past, sequence));
    String queries = range("queries", past, total);
    String x = embedding(cache ? OnnxLanguageModel.POSITIONS : queries);
    String mask = mask(queries, range("keys", integer("first", 0), total), masked);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = block(x, layer, mask);
    }
    x = norm(x, "transformer.ln_f", "final");
    if (classes > 0) {
      classify(x);
    } else {
      predict(x, sizes);
    }
  }

  private String element(String shape, long index, String output) {
    return graph.node("Gather", output, List.of(shape, integer("index" + index, index)));
  }

  private String integer(String name, long value) {
    return graph.integer(name, value);
  }

  private String range(String output, String from, String to) {
    return graph.node("Range", output, List.of(from, to, integer("step", 1)));
  }

  private String embedding(String positions) {
    String tokens =
        weights.lookUp(
            Gpt2Layout.TOKENS,
            config.vocabulary(),
            config.width(),
            OnnxLanguageModel.IDS,
            "tokens");
    String places =
        graph.node(
            "Gather",
            "places",
            List.of(
                weights.matrix(
                    Gpt2Layout.POSITIONS,
                    List.of((long) config.positions(), (long) config.width())),
                positions));
    return graph.node("Add", "embedding", List.of(tokens, places));
  }

  /** The additive attention mask: (sequence, total), or (batch, 1, sequence, total). */
  private String mask(String queries, String keys, boolean masked) {
    String column =
        graph.node("Unsqueeze", "queries.column", List.of(queries, graph.integers("axis1", 1)));
    String later = graph.node("Greater", "later", List.of(keys, column));
    String hidden = later;
    if (masked) {
      String padding =
          graph.node(
              "Equal", "padding", List.of(OnnxLanguageModel.MASK, graph.integer("zero.mask", 0)));
      String wide =
          graph.node("Unsqueeze", "padding.wide", List.of(padding, graph.integers("axes12", 1, 2)));
      hidden = graph.node("Or", "hidden", List.of(later, wide));
    }
    return graph.node(
        "Where",
        "mask",
        List.of(hidden, graph.number("lowest", MASKED), graph.number("nothing", 0)));
  }

  private String block(String input, int layer, String mask) {
    String block = "transformer.h." + layer + ".";
    int width = config.width();
    String normed = norm(input, block + "ln_1", block + "normed1");
    String all =
        weights.times(
            normed,
            block + "attn.c_attn.weight",
            width,
            3 * width,
            block + "attn.c_attn.bias",
            block + "queries-keys-values");
    List<String> parts =
        graph.nodes(
            "Split",
            List.of(all, graph.integers(block + "widths", width, width, width)),
            List.of(block + "queries", block + "keys", block + "values"),
            Attribute.of("axis", -1));
    String context = attention(layer, block, parts, mask);
    String attended =
        weights.times(
            context,
            block + "attn.c_proj.weight",
            width,
            width,
            block + "attn.c_proj.bias",
            block + "attended");
    String middle = graph.node("Add", block + "middle", List.of(input, attended));
    String normed2 = norm(middle, block + "ln_2", block + "normed2");
    String hidden =
        weights.times(
            normed2,
            block + "mlp.c_fc.weight",
            width,
            config.mlpWidth(),
            block + "mlp.c_fc.bias",
            block + "hidden");
    String output =
        weights.times(
            new MlpFunctionNodes(graph).add(config.variant().activation(), hidden, block),
            block + "mlp.c_proj.weight",
            config.mlpWidth(),
            width,
            block + "mlp.c_proj.bias",
            block + "transformed");
    return graph.node("Add", block + "output", List.of(middle, output));
  }

  private String attention(int layer, String block, List<String> parts, String mask) {
    String shape = graph.integers(block + "heads", 0, 0, config.heads(), config.headWidth());
    String query = heads(parts.get(0), shape, block + "query");
    String key = heads(parts.get(1), shape, block + "key");
    String value = heads(parts.get(2), shape, block + "value");
    if (cache) {
      key = concatenated(key, layer, "key");
      value = concatenated(value, layer, "value");
    }
    String transposed =
        graph.node(
            "Transpose", block + "transposed", List.of(key), Attribute.list("perm", 0, 1, 3, 2));
    String products = graph.node("MatMul", block + "products", List.of(query, transposed));
    String scale = graph.number(block + "scale", config.attentionScale(layer));
    String scaled = graph.node("Mul", block + "scaled", List.of(products, scale));
    String scores = graph.node("Add", block + "scores", List.of(scaled, mask));
    String attention =
        graph.node("Softmax", block + "attention", List.of(scores), Attribute.of("axis", -1));
    String context = graph.node("MatMul", block + "context", List.of(attention, value));
    String back =
        graph.node(
            "Transpose", block + "back", List.of(context), Attribute.list("perm", 0, 2, 1, 3));
    return graph.node(
        "Reshape",
        block + "rows",
        List.of(back, graph.integers(block + "width", 0, 0, config.width())));
  }

  private String heads(String x, String shape, String output) {
    String reshaped = graph.node("Reshape", output + ".reshaped", List.of(x, shape));
    return graph.node("Transpose", output, List.of(reshaped), Attribute.list("perm", 0, 2, 1, 3));
  }

  private String concatenated(String added, int layer, String what) {
    String present = OnnxLanguageModel.present(layer, what);
    graph.node(
        "Concat",
        present,
        List.of(OnnxLanguageModel.past(layer, what), added),
        Attribute.of("axis", 2));
    return present;
  }

  private String norm(String x, String name, String output) {
    return graph.node(
        "LayerNormalization",
        output,
        List.of(x, weights.vector(name + ".weight"), weights.vector(name + ".bias")),
        Attribute.of("axis", -1),
        Attribute.of("epsilon", config.epsilon()));
  }

  private void predict(String x, String sizes) {
    String rows = rows(x);
    String scores =
        config.variant().tied()
            ? weights.rowsTimesTable(
                rows, Gpt2Layout.TOKENS, config.vocabulary(), config.width(), "scores")
            : weights.rowsTimesTransposed(
                rows, Gpt2Layout.OUTPUT, config.vocabulary(), config.width(), "", "scores");
    String shape =
        graph.node(
            "Concat",
            "logits.shape",
            List.of(sizes, graph.integers("vocabulary", config.vocabulary())),
            Attribute.of("axis", 0));
    graph.node("Reshape", OnnxLanguageModel.LOGITS, List.of(scores, shape));
    graph.output(
        OnnxLanguageModel.LOGITS, ElementType.FLOAT, List.of(BATCH, SEQUENCE, config.vocabulary()));
    if (cache) {
      List<Object> concatenated =
          List.of(BATCH, config.heads(), PAST + " + " + SEQUENCE, config.headWidth());
      for (int layer = 0; layer < config.layers(); layer++) {
        graph.output(OnnxLanguageModel.present(layer, "key"), ElementType.FLOAT, concatenated);
        graph.output(OnnxLanguageModel.present(layer, "value"), ElementType.FLOAT, concatenated);
      }
    }
  }

  private String rows(String x) {
    return graph.node(
        "Reshape", "states", List.of(x, graph.integers("states.shape", -1, config.width())));
  }

  /** Classifies by the hidden state of the last token that is not masked. */
  private void classify(String x) {
    String length =
        graph.node(
            "ReduceSum",
            "length",
            List.of(OnnxLanguageModel.MASK, graph.integers("mask.axis", 1)),
            Attribute.of("keepdims", 0));
    String before = graph.node("Sub", "before", List.of(length, graph.integer("last", 1)));
    String last = graph.node("Max", "last.token", List.of(before, graph.integer("least", 0)));
    String column =
        graph.node("Unsqueeze", "last.column", List.of(last, graph.integers("last.axis", 1)));
    String state =
        graph.node("GatherND", "state", List.of(x, column), Attribute.of("batch_dims", 1));
    weights.rowsTimesTransposed(
        state, Gpt2Layout.SCORE, classes, config.width(), "", LayersGraph.LOGITS);
    graph.node(
        "Softmax",
        LayersGraph.PROBABILITIES,
        List.of(LayersGraph.LOGITS),
        Attribute.of("axis", -1));
    graph.output(LayersGraph.LOGITS, ElementType.FLOAT, List.of(BATCH, classes));
    graph.output(LayersGraph.PROBABILITIES, ElementType.FLOAT, List.of(BATCH, classes));
  }
}
