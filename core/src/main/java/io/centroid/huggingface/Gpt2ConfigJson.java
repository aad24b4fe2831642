package io.centroid.huggingface;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of a GPT-2 model. Unsupported values are rejected; unknown keys are
 * preserved on writing. Absent keys have the defaults of Hugging Face's {@code GPT2Config}, except
 * the sizes, which are required. Immutable.
 */
public final class Gpt2ConfigJson {
  public static final String FILE = "config.json";

  private static final String CLASSIFIER = "GPT2ForSequenceClassification";
  private static final List<String> GELU_TANH = List.of("gelu_new", "gelu_pytorch_tanh");
  private static final int DEFAULT_CLASSES = 2;

  private final Gpt2Config config;
  private final List<String> labels;
  private final int declaredClasses;
  private final ObjectNode json;

  private Gpt2ConfigJson(String file, ObjectNode json) {
    Keys keys = Json.read(file, "", json, Keys.class);
    this.json = json;
    this.config = keys.config();
    this.labels = keys.labels();
    this.declaredClasses = keys.declaredClasses();
  }

  /**
   * Parses a file.
   *
   * @param file file name for messages
   * @param content content of the file
   * @throws InputException if the file is invalid
   */
  public static Gpt2ConfigJson parse(String file, byte[] content) {
    return new Gpt2ConfigJson(file, Json.tree(file, content));
  }

  /** The configuration that Hugging Face writes for a language model. */
  public static Gpt2ConfigJson of(Gpt2Config config) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", "gpt2").put("activation_function", GELU_TANH.get(0));
    json.putArray("architectures").add("GPT2LMHeadModel");
    json.putNull("bos_token_id").putNull("eos_token_id");
    json.put("initializer_range", 0.02).put("n_ctx", config.positions());
    return merged(json, config);
  }

  /** The configuration that Hugging Face writes for a text classifier; labels in class order. */
  public static Gpt2ConfigJson of(Gpt2Config config, List<String> labels) {
    ObjectNode json = of(config).json;
    json.putArray("architectures").add(CLASSIFIER);
    ObjectNode names = json.putObject("id2label");
    ObjectNode ids = json.putObject("label2id");
    for (int id = 0; id < labels.size(); id++) {
      names.put(String.valueOf(id), labels.get(id));
      ids.put(labels.get(id), id);
    }
    return merged(json, config);
  }

  /**
   * The same configuration with an end-of-text token, which is also the padding token of a
   * classifier.
   */
  public Gpt2ConfigJson withEndOfText(int id) {
    ObjectNode other = json.deepCopy();
    other.put("bos_token_id", id).put("eos_token_id", id);
    if (isClassifier()) {
      other.put("pad_token_id", id);
    }
    return merged(other, config);
  }

  /** The same configuration with other sizes, dropout rates or epsilon. */
  public Gpt2ConfigJson with(Gpt2Config other) {
    return merged(json.deepCopy(), other);
  }

  public Gpt2Config config() {
    return config;
  }

  /** Class names of a classifier in order; empty if the file has none. */
  public List<String> labels() {
    return labels;
  }

  /** Hugging Face's names for unnamed classes. */
  public static List<String> unnamed(int classes) {
    return IntStream.range(0, classes).mapToObj(id -> "LABEL_" + id).toList();
  }

  /** Number of classes of a classifier; two if the file does not declare it. */
  public int declaredClasses() {
    return declaredClasses;
  }

  /** Whether {@code architectures} declares a text classifier. */
  public boolean isClassifier() {
    for (JsonNode architecture : json.path("architectures")) {
      if (architecture.asText().equals(CLASSIFIER)) {
        return true;
      }
    }
    return false;
  }

  public byte[] toJson() {
    return HuggingFaceJson.write(json);
  }

  /** All keys, including those of {@code generation_config.json}. */
  JsonNode tree() {
    return json;
  }

  /** The keys that define the model. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Keys(
      String modelType,
      @Nullable String activationFunction,
      @Nullable Boolean scaleAttnWeights,
      @Nullable Boolean scaleAttnByInverseLayerIdx,
      @Nullable Boolean tieWordEmbeddings,
      @Nullable Boolean addCrossAttention,
      int nLayer,
      int nHead,
      int nEmbd,
      int nPositions,
      @Nullable Integer nCtx,
      int vocabSize,
      @Nullable Integer nInner,
      @Nullable Float embdPdrop,
      @Nullable Float attnPdrop,
      @Nullable Float residPdrop,
      @Nullable Float layerNormEpsilon,
      @Nullable Map<String, String> id2label,
      @Nullable Integer numLabels) {
    Keys {
      Json.require(modelType.equals("gpt2"), "model_type", "gpt2");
      Json.require(
          activationFunction == null || GELU_TANH.contains(activationFunction),
          "activation_function",
          String.join(" or ", GELU_TANH));
      require("scale_attn_weights", scaleAttnWeights, true);
      require("scale_attn_by_inverse_layer_idx", scaleAttnByInverseLayerIdx, false);
      require("tie_word_embeddings", tieWordEmbeddings, true);
      require("add_cross_attention", addCrossAttention, false);
      requireSize("n_layer", nLayer, Gpt2Config.MAX_LAYERS);
      requireSize("n_head", nHead, Gpt2Config.MAX_WIDTH);
      requireSize("n_embd", nEmbd, Gpt2Config.MAX_WIDTH);
      Json.require(nEmbd % nHead == 0, "n_embd", "a multiple of n_head " + nHead);
      requireSize("n_positions", nPositions, Gpt2Config.MAX_SIZE);
      Json.require(nCtx == null || nCtx == nPositions, "n_ctx", "n_positions " + nPositions);
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

    private static void require(String key, @Nullable Boolean value, boolean expected) {
      Json.require(value == null || value == expected, key, String.valueOf(expected));
    }

    private static void requireSize(String key, @Nullable Integer size, int most) {
      Json.require(size == null || size >= 1 && size <= most, key, "1 to " + most);
    }

    private static void requireProbability(String key, @Nullable Float value) {
      Json.require(value == null || value >= 0 && value < 1, key, "0 to below 1");
    }

    Gpt2Config config() {
      return new Gpt2Config(
          nLayer,
          nHead,
          nEmbd,
          nPositions,
          vocabSize,
          nInner == null ? 4 * nEmbd : nInner,
          new Dropout(
              Objects.requireNonNullElse(embdPdrop, 0.1f),
              Objects.requireNonNullElse(attnPdrop, 0.1f),
              Objects.requireNonNullElse(residPdrop, 0.1f)),
          Objects.requireNonNullElse(layerNormEpsilon, 1e-5f));
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
  }

  private static Gpt2ConfigJson merged(ObjectNode json, Gpt2Config config) {
    json.put("n_layer", config.layers())
        .put("n_head", config.heads())
        .put("n_embd", config.width())
        .put("n_positions", config.positions())
        .put("vocab_size", config.vocabulary());
    if (json.has("n_ctx")) {
      json.put("n_ctx", config.positions());
    }
    if (config.mlpWidth() != 4 * config.width()) {
      json.put("n_inner", config.mlpWidth());
    } else if (json.has("n_inner")) {
      json.putNull("n_inner");
    }
    put(json, "embd_pdrop", config.dropout().embedding());
    put(json, "attn_pdrop", config.dropout().attention());
    put(json, "resid_pdrop", config.dropout().residual());
    put(json, "layer_norm_epsilon", config.epsilon());
    return new Gpt2ConfigJson(FILE, json);
  }

  /** Writes the shortest decimal of a float, unless the key already has that value. */
  private static void put(ObjectNode json, String key, float value) {
    if (!json.path(key).isNumber() || (float) json.path(key).doubleValue() != value) {
      json.put(key, Double.parseDouble(Float.toString(value)));
    }
  }
}
