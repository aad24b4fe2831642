package io.centroid.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.gpt2.Gpt2Config;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The {@code config.json} of a GPT-2 model. Unsupported values are rejected; other keys are ignored
 * and preserved on writing. Immutable.
 */
public final class Gpt2ConfigJson {
  public static final String FILE = "config.json";

  private static final String CLASSIFIER = "GPT2ForSequenceClassification";
  private static final String SINGLE_LABEL = "single_label_classification";

  private final Gpt2Config config;
  private final List<String> labels;
  private final int declaredClasses;
  private final ObjectNode json;

  private Gpt2ConfigJson(String file, ObjectNode json) {
    Gpt2ConfigKeys keys = Gpt2ConfigKeys.parse(file, json);
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
    json.put("model_type", "gpt2");
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
    return isClassifier(false);
  }

  /** Whether {@code architectures} declares a text classifier; {@code absent} without that key. */
  boolean isClassifier(boolean absent) {
    if (json.path("architectures").isEmpty()) {
      return absent;
    }
    for (JsonNode architecture : json.path("architectures")) {
      if (architecture.asText().equals(CLASSIFIER)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks that a classifier's outputs are logits of classes that exclude each other.
   *
   * @param file file name for messages
   */
  void requireClasses(String file) {
    String problem = json.path("problem_type").asText(SINGLE_LABEL);
    if (!problem.equals("null") && !problem.equals(SINGLE_LABEL)) {
      throw InputErrors.of(file, "key problem_type", SINGLE_LABEL, InputErrors.quote(problem));
    }
    if (declaredClasses == 1) {
      throw InputErrors.of(file, "key id2label", "2 classes or more", "1, a regression");
    }
  }

  public byte[] toJson() {
    return HuggingFaceJson.write(json);
  }

  /** All keys, including those of {@code generation_config.json}. */
  JsonNode tree() {
    return json;
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
    Gpt2ConfigKeys.put(json, config.variant());
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
