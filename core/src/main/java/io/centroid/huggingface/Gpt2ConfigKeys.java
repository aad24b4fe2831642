package io.centroid.huggingface;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import io.centroid.nn.gpt2.Gpt2Config.Variant;
import io.centroid.nn.kernels.MlpFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code config.json} that define a GPT-2. Absent keys have the defaults of Hugging
 * Face's {@code GPT2Config}.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Gpt2ConfigKeys(
    @Nullable String activationFunction,
    @Nullable Boolean scaleAttnWeights,
    @Nullable Boolean scaleAttnByInverseLayerIdx,
    @Nullable Boolean tieWordEmbeddings,
    @Nullable Boolean addCrossAttention,
    @Nullable JsonNode quantizationConfig,
    @Nullable Integer nLayer,
    @Nullable Integer nHead,
    @Nullable Integer nEmbd,
    @Nullable Integer nPositions,
    @Nullable Integer vocabSize,
    @Nullable Integer nInner,
    @Nullable Float embdPdrop,
    @Nullable Float attnPdrop,
    @Nullable Float residPdrop,
    @Nullable Float layerNormEpsilon,
    @Nullable Map<String, String> id2label,
    @Nullable Integer numLabels) {
  private static final int DEFAULT_CLASSES = 2;

  /** Other names of keys, as in {@code GPT2Config.attribute_map}. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "hidden_size", "n_embd",
          "max_position_embeddings", "n_positions",
          "num_attention_heads", "n_head",
          "num_hidden_layers", "n_layer");

  /** Values of {@code activation_function}. The first name of a function is written. */
  private static final Map<String, MlpFunction> ACTIVATIONS = activations();

  private static Map<String, MlpFunction> activations() {
    Map<String, MlpFunction> names = new LinkedHashMap<>();
    for (String name :
        List.of(
            "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate")) {
      names.put(name, MlpFunction.GELU_TANH);
    }
    names.put("gelu", MlpFunction.GELU_ERF);
    names.put("gelu_python", MlpFunction.GELU_ERF);
    names.put("quick_gelu", MlpFunction.GELU_SIGMOID);
    names.put("silu", MlpFunction.SILU);
    names.put("swish", MlpFunction.SILU);
    names.put("relu", MlpFunction.RELU);
    names.put("tanh", MlpFunction.TANH);
    names.put("sigmoid", MlpFunction.SIGMOID);
    names.put("linear", MlpFunction.IDENTITY);
    return names;
  }

  /** The key that tells a GPT-2 from other models. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Kind(@JsonProperty("model_type") String modelType) {
    private static final String FAMILY =
        "gpt2, as of GPT-2, DistilGPT2, DialoGPT or Cerebras-GPT (a model of another family is"
            + " another network and cannot be converted)";

    Kind {
      Json.require(modelType.equals("gpt2"), "model_type", FAMILY);
    }
  }

  /**
   * Renames keys to those of {@code GPT2Config}, and parses them.
   *
   * @throws io.centroid.error.InputException if it is not the configuration of a supported GPT-2
   */
  static Gpt2ConfigKeys parse(String file, ObjectNode json) {
    // Other kinds have other keys, so the kind comes first.
    Json.read(file, "", json, Kind.class);
    OTHER_NAMES.forEach(
        (other, name) -> {
          JsonNode value = json.remove(other);
          if (value != null && json.has(name) && !json.get(name).equals(value)) {
            throw InputErrors.of(
                file,
                "key " + other,
                json.get(name) + " as " + name,
                InputErrors.shorten(value.toString()));
          }
          if (value != null) {
            json.set(name, value);
          }
        });
    return Json.read(file, "", json, Gpt2ConfigKeys.class);
  }

  Gpt2ConfigKeys {
    Json.require(
        activationFunction == null || ACTIVATIONS.containsKey(activationFunction),
        "activation_function",
        String.join(", ", ACTIVATIONS.keySet()));
    Json.require(!Boolean.TRUE.equals(addCrossAttention), "add_cross_attention", "false");
    Json.require(
        quantizationConfig == null || quantizationConfig.isNull(),
        "quantization_config",
        "none (load it with transformers, and save model.dequantize())");
    requireSize("n_layer", nLayer, Gpt2Config.MAX_LAYERS);
    requireSize("n_head", nHead, Gpt2Config.MAX_WIDTH);
    requireSize("n_embd", nEmbd, Gpt2Config.MAX_WIDTH);
    int heads = heads(nHead);
    Json.require(width(nEmbd) % heads == 0, "n_embd", "a multiple of n_head " + heads);
    requireSize("n_positions", nPositions, Gpt2Config.MAX_SIZE);
    requireSize("vocab_size", vocabSize, Gpt2Config.MAX_SIZE);
    requireSize("n_inner", nInner, Gpt2Config.MAX_SIZE);
    requireProbability("embd_pdrop", embdPdrop);
    requireProbability("attn_pdrop", attnPdrop);
    requireProbability("resid_pdrop", residPdrop);
    Json.require(
        layerNormEpsilon == null || layerNormEpsilon > 0 && layerNormEpsilon < 1,
        "layer_norm_epsilon",
        "above 0 and below 1");
    Map<String, String> byId = Objects.requireNonNullElse(id2label, Map.of());
    int labels = byId.size();
    for (int id = 0; id < labels; id++) {
      if (!byId.containsKey(String.valueOf(id))) {
        throw new IllegalArgumentException(
            "key id2label: expected keys 0 to " + (labels - 1) + ", found no key " + id);
      }
    }
    requireSize("num_labels", numLabels, Gpt2Config.MAX_SIZE);
    Json.require(
        numLabels == null || labels == 0 || labels == numLabels,
        "num_labels",
        labels + " (id2label)");
  }

  private static void requireSize(String key, @Nullable Integer size, int most) {
    Json.require(size == null || size >= 1 && size <= most, key, "1 to " + most);
  }

  private static void requireProbability(String key, @Nullable Float value) {
    Json.require(value == null || value >= 0 && value < 1, key, "0 to below 1");
  }

  private static int heads(@Nullable Integer given) {
    return Objects.requireNonNullElse(given, 12);
  }

  private static int width(@Nullable Integer given) {
    return Objects.requireNonNullElse(given, 768);
  }

  Gpt2Config config() {
    return new Gpt2Config(
        Objects.requireNonNullElse(nLayer, 12),
        heads(nHead),
        width(nEmbd),
        Objects.requireNonNullElse(nPositions, 1024),
        Objects.requireNonNullElse(vocabSize, 50_257),
        nInner == null ? 4 * width(nEmbd) : nInner,
        new Dropout(
            Objects.requireNonNullElse(embdPdrop, 0.1f),
            Objects.requireNonNullElse(attnPdrop, 0.1f),
            Objects.requireNonNullElse(residPdrop, 0.1f)),
        Objects.requireNonNullElse(layerNormEpsilon, 1e-5f),
        new Variant(
            activation(activationFunction),
            Objects.requireNonNullElse(scaleAttnWeights, true),
            Objects.requireNonNullElse(scaleAttnByInverseLayerIdx, false),
            Objects.requireNonNullElse(tieWordEmbeddings, true)));
  }

  private static MlpFunction activation(@Nullable String name) {
    MlpFunction found = name == null ? null : ACTIVATIONS.get(name);
    return found == null ? MlpFunction.GELU_TANH : found;
  }

  List<String> labels() {
    Map<String, String> byId = Objects.requireNonNullElse(id2label, Map.of());
    return IntStream.range(0, byId.size())
        .mapToObj(id -> Objects.requireNonNull(byId.get(String.valueOf(id))))
        .toList();
  }

  int declaredClasses() {
    if (numLabels != null) {
      return numLabels;
    }
    return labels().isEmpty() ? DEFAULT_CLASSES : labels().size();
  }

  /** Writes the variant's keys, unless the keys or their defaults already have its values. */
  static void put(ObjectNode json, Variant variant) {
    String name = json.path("activation_function").asText("");
    if (ACTIVATIONS.get(name) != variant.activation()) {
      json.put(
          "activation_function",
          ACTIVATIONS.entrySet().stream()
              .filter(entry -> entry.getValue() == variant.activation())
              .findFirst()
              .orElseThrow()
              .getKey());
    }
    put(json, "scale_attn_weights", variant.scalesAttention(), true);
    put(json, "scale_attn_by_inverse_layer_idx", variant.scalesByLayer(), false);
    put(json, "tie_word_embeddings", variant.tied(), true);
  }

  private static void put(ObjectNode json, String key, boolean value, boolean usual) {
    if (json.path(key).asBoolean(usual) != value) {
      json.put(key, value);
    }
  }
}
