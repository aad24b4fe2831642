package io.centroid.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.model.gpt2.Gpt2Config;
import io.centroid.model.gpt2.Gpt2Config.Dropout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A GPT-2's {@code config.json}. Values that this model cannot follow are refused; keys that it
 * does not know are kept and written again. Absent keys have the defaults of Hugging Face's {@code
 * GPT2Config}, save the sizes, which must be there. Immutable.
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

  private Gpt2ConfigJson(JsonFields fields) {
    this.json = fields.node();
    this.config = config(fields);
    this.labels = labels(fields);
    this.declaredClasses = declaredClasses(fields, labels);
  }

  /**
   * Reads a whole file.
   *
   * @param file its name, for messages
   * @throws InputException one line that names file, key, what was expected and found
   */
  public static Gpt2ConfigJson parse(String file, byte[] content) {
    JsonFields fields = JsonFields.parse(file, content);
    requireSupported(fields);
    return new Gpt2ConfigJson(fields);
  }

  /** What Hugging Face writes for a language model. */
  public static Gpt2ConfigJson of(Gpt2Config config) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", "gpt2").put("activation_function", GELU_TANH.get(0));
    json.putArray("architectures").add("GPT2LMHeadModel");
    json.putNull("bos_token_id").putNull("eos_token_id");
    json.put("initializer_range", 0.02).put("n_ctx", config.positions());
    return merged(json, config);
  }

  /** What Hugging Face writes for a classifier of texts; the labels in the order of the classes. */
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
   * The same file, of a model whose texts begin and end with a token; a classifier of several texts
   * at once needs it to know where each ends.
   */
  public Gpt2ConfigJson withEndOfText(int id) {
    ObjectNode other = json.deepCopy();
    other.put("bos_token_id", id).put("eos_token_id", id);
    if (isClassifier()) {
      other.put("pad_token_id", id);
    }
    return merged(other, config);
  }

  /** The same file with other sizes, dropouts or epsilon. */
  public Gpt2ConfigJson with(Gpt2Config other) {
    return merged(json.deepCopy(), other);
  }

  public Gpt2Config config() {
    return config;
  }

  /** Names of a classifier's classes in their order; empty if the file names none. */
  public List<String> labels() {
    return labels;
  }

  /** What Hugging Face calls classes that have no names. */
  public static List<String> unnamed(int classes) {
    return IntStream.range(0, classes).mapToObj(id -> "LABEL_" + id).toList();
  }

  /** Classes of a classifier; two if the file does not say. */
  public int declaredClasses() {
    return declaredClasses;
  }

  /** Whether {@code architectures} says that the model classifies texts. */
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

  /** The keys that {@code generation_config.json} would hold, were there one. */
  JsonFields fields(String file) {
    return new JsonFields(file, "", json);
  }

  private static void requireSupported(JsonFields fields) {
    if (!fields.text("model_type").equals("gpt2")) {
      throw fields.refusal("model_type", "gpt2");
    }
    if (fields.has("activation_function")
        && !GELU_TANH.contains(fields.text("activation_function"))) {
      throw fields.refusal("activation_function", String.join(" or ", GELU_TANH));
    }
    require(fields, "scale_attn_weights", true);
    require(fields, "scale_attn_by_inverse_layer_idx", false);
    require(fields, "tie_word_embeddings", true);
    require(fields, "add_cross_attention", false);
  }

  private static void require(JsonFields fields, String key, boolean expected) {
    if (fields.has(key) && fields.truth(key) != expected) {
      throw fields.refusal(key, String.valueOf(expected));
    }
  }

  private static Gpt2Config config(JsonFields fields) {
    int width = size(fields, "n_embd", Gpt2Config.LARGEST_WIDTH);
    int heads = size(fields, "n_head", Gpt2Config.LARGEST_WIDTH);
    if (width % heads != 0) {
      throw fields.refusal("n_embd", "a multiple of n_head " + heads);
    }
    int positions = size(fields, "n_positions", Gpt2Config.LARGEST_SIZE);
    if (fields.has("n_ctx") && fields.integer("n_ctx") != positions) {
      throw fields.refusal("n_ctx", "n_positions " + positions);
    }
    return new Gpt2Config(
        size(fields, "n_layer", Gpt2Config.MOST_LAYERS),
        heads,
        width,
        positions,
        size(fields, "vocab_size", Gpt2Config.LARGEST_SIZE),
        fields.has("n_inner") ? size(fields, "n_inner", Gpt2Config.LARGEST_SIZE) : 4 * width,
        new Dropout(
            probability(fields, "embd_pdrop"),
            probability(fields, "attn_pdrop"),
            probability(fields, "resid_pdrop")),
        epsilon(fields));
  }

  private static int size(JsonFields fields, String key, int most) {
    long size = fields.integer(key);
    if (size < 1 || size > most) {
      throw fields.refusal(key, "1 to " + most);
    }
    return (int) size;
  }

  private static float probability(JsonFields fields, String key) {
    if (!fields.has(key)) {
      return 0.1f;
    }
    float value = (float) fields.finite(key);
    if (!(value >= 0 && value < 1)) {
      throw fields.refusal(key, "0 to below 1");
    }
    return value;
  }

  private static float epsilon(JsonFields fields) {
    String key = "layer_norm_epsilon";
    if (!fields.has(key)) {
      return 1e-5f;
    }
    float value = (float) fields.finite(key);
    if (!(value > 0 && value < 1)) {
      throw fields.refusal(key, "above 0 and below 1");
    }
    return value;
  }

  private static List<String> labels(JsonFields fields) {
    if (!fields.has("id2label")) {
      return List.of();
    }
    Map<String, String> byId = new HashMap<>(fields.map("id2label", JsonFields::text));
    List<String> labels = new ArrayList<>();
    while (labels.size() < byId.size()) {
      String label = byId.get(String.valueOf(labels.size()));
      if (label == null) {
        throw Rejection.of(
            fields.file(),
            "key id2label",
            "keys 0 to " + (byId.size() - 1),
            "no key " + labels.size());
      }
      labels.add(label);
    }
    return List.copyOf(labels);
  }

  private static int declaredClasses(JsonFields fields, List<String> labels) {
    if (!fields.has("num_labels")) {
      return labels.isEmpty() ? DEFAULT_CLASSES : labels.size();
    }
    int classes = size(fields, "num_labels", Gpt2Config.LARGEST_SIZE);
    if (!labels.isEmpty() && labels.size() != classes) {
      throw fields.refusal("num_labels", labels.size() + " (id2label)");
    }
    return classes;
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
    if (config.inner() != 4 * config.width()) {
      json.put("n_inner", config.inner());
    } else if (json.has("n_inner")) {
      json.putNull("n_inner");
    }
    put(json, "embd_pdrop", config.dropout().embedding());
    put(json, "attn_pdrop", config.dropout().attention());
    put(json, "resid_pdrop", config.dropout().residual());
    put(json, "layer_norm_epsilon", config.epsilon());
    return new Gpt2ConfigJson(new JsonFields(FILE, "", json));
  }

  /** As few digits as tell the float from its neighbours; what says the same already stays. */
  private static void put(ObjectNode json, String key, float value) {
    if (!json.path(key).isNumber() || (float) json.path(key).doubleValue() != value) {
      json.put(key, Double.parseDouble(Float.toString(value)));
    }
  }
}
