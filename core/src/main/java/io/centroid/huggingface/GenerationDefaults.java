package io.centroid.huggingface;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model's generation defaults from {@code generation_config.json}. Absent keys have the defaults
 * of Hugging Face's {@code GenerationConfig}.
 *
 * @param endOfText {@code eos_token_id}: token ids that end a text; may be empty
 * @param samples {@code do_sample}: true for sampling, false for greedy decoding
 * @param temperature {@code temperature}: divisor of the logits
 * @param topK {@code top_k}: number of most likely tokens to sample from; 0 for all
 * @param topP {@code top_p}: cumulative probability of the tokens to sample from
 * @param repetitionPenalty divisor of the logits of repeated tokens; 1 for none
 * @param maxNewTokens maximum number of tokens to generate
 * @param maxLength maximum number of tokens of prompt and continuation
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GenerationDefaults(
    List<Integer> endOfText,
    boolean samples,
    double temperature,
    int topK,
    double topP,
    double repetitionPenalty,
    OptionalInt maxNewTokens,
    OptionalInt maxLength) {
  public static final String FILE = "generation_config.json";

  private static final String END_OF_TEXT = "eos_token_id";

  /** Keys that change what transformers generates and are not read, with their neutral values. */
  private static final Map<String, Double> OTHERS = new TreeMap<>();

  static {
    for (String key :
        List.of(
            "bad_words_ids",
            "begin_suppress_tokens",
            "exponential_decay_length_penalty",
            "force_words_ids",
            "forced_bos_token_id",
            "forced_eos_token_id",
            "sequence_bias",
            "stop_strings",
            "suppress_tokens")) {
      OTHERS.put(key, Double.NaN);
    }
    for (String key :
        List.of(
            "epsilon_cutoff",
            "eta_cutoff",
            "min_length",
            "min_new_tokens",
            "min_p",
            "no_repeat_ngram_size",
            "penalty_alpha")) {
      OTHERS.put(key, 0.0);
    }
    for (String key : List.of("guidance_scale", "num_beams", "typical_p")) {
      OTHERS.put(key, 1.0);
    }
  }

  public GenerationDefaults {
    endOfText = List.copyOf(endOfText);
  }

  /**
   * Parses a file.
   *
   * @throws io.centroid.error.InputException if the file is invalid
   */
  public static GenerationDefaults parse(String file, byte[] content) {
    return of(file, Json.tree(file, content));
  }

  /** The file of a model that defines only its end-of-text token. */
  public static byte[] toJson(OptionalInt endOfText) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_from_model_config", true);
    endOfText.ifPresent(id -> json.put("bos_token_id", id).put("eos_token_id", id));
    return HuggingFaceJson.write(json);
  }

  /** The generation defaults among the keys of a configuration. */
  static GenerationDefaults of(String file, JsonNode json) {
    return Json.read(file, "", json, GenerationDefaults.class);
  }

  /** A remark on keys that are not read although they change what transformers generates. */
  static Optional<String> note(String file, JsonNode json) {
    String ignored =
        OTHERS.entrySet().stream()
            .filter(
                other -> {
                  JsonNode value = json.path(other.getKey());
                  return !value.isMissingNode()
                      && !value.isNull()
                      && !(value.isNumber() && value.doubleValue() == other.getValue());
                })
            .map(
                other ->
                    other.getKey()
                        + " = "
                        + InputErrors.shorten(json.path(other.getKey()).toString()))
            .collect(Collectors.joining(", "));
    return ignored.isEmpty()
        ? Optional.empty()
        : Optional.of(file + ": ignored, since generation does not support it: " + ignored);
  }

  @JsonCreator
  static GenerationDefaults of(
      @JsonProperty(END_OF_TEXT) @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @Nullable List<Integer> endOfText,
      @JsonProperty("do_sample") @Nullable Boolean samples,
      @JsonProperty("temperature") @Nullable Double temperature,
      @JsonProperty("top_k") @Nullable Integer topK,
      @JsonProperty("top_p") @Nullable Double topP,
      @JsonProperty("repetition_penalty") @Nullable Double repetitionPenalty,
      @JsonProperty("max_new_tokens") @Nullable Integer maxNewTokens,
      @JsonProperty("max_length") @Nullable Integer maxLength) {
    List<Integer> ends = Objects.requireNonNullElse(endOfText, List.of());
    Json.require(ends.stream().allMatch(id -> id >= 0), END_OF_TEXT, "token ids");
    return new GenerationDefaults(
        ends,
        Boolean.TRUE.equals(samples),
        number("temperature", temperature, 0, Float.MAX_VALUE),
        count("top_k", topK, 0).orElse(50),
        number("top_p", topP, Float.MIN_VALUE, 1),
        number("repetition_penalty", repetitionPenalty, Float.MIN_VALUE, Float.MAX_VALUE),
        count("max_new_tokens", maxNewTokens, 1),
        count("max_length", maxLength, 1));
  }

  private static double number(String key, @Nullable Double value, double least, double most) {
    Json.require(
        value == null || value >= least && value <= most, key, "from " + least + " to " + most);
    return value == null ? 1 : value;
  }

  private static OptionalInt count(String key, @Nullable Integer value, int least) {
    Json.require(value == null || value >= least, key, least + " to " + Integer.MAX_VALUE);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
