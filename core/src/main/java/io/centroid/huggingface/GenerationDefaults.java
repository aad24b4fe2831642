package io.centroid.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a model wants its texts generated, as {@code generation_config.json} says; absent keys have
 * the defaults of Hugging Face's {@code GenerationConfig}.
 *
 * @param endOfText {@code eos_token_id}: tokens that end a text; may be empty
 * @param samples {@code do_sample}: draw tokens, or take the likeliest
 * @param topK {@code top_k}: draw from so many of the likeliest; 0: from all
 * @param topP {@code top_p}: draw from the likeliest that make up so much of the probability
 * @param repetitionPenalty divides the scores of tokens that occurred; 1: none
 * @param maxNewTokens most tokens to generate
 * @param maxLength most tokens of prompt and generation together
 */
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

  public GenerationDefaults {
    endOfText = List.copyOf(endOfText);
  }

  /**
   * Reads a whole file.
   *
   * @throws io.centroid.InputException one line that names file, key, what was expected and found
   */
  public static GenerationDefaults parse(String file, byte[] content) {
    return of(JsonFields.parse(file, content));
  }

  /** The file of a model that has nothing to say but where its texts begin and end. */
  public static byte[] toJson(OptionalInt endOfText) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_from_model_config", true);
    endOfText.ifPresent(id -> json.put("bos_token_id", id).put("eos_token_id", id));
    return HuggingFaceJson.write(json);
  }

  static GenerationDefaults of(JsonFields fields) {
    return new GenerationDefaults(
        endOfText(fields),
        fields.has("do_sample") && fields.truth("do_sample"),
        number(fields, "temperature", 1, 0, Float.MAX_VALUE),
        count(fields, "top_k", 0).orElse(50),
        number(fields, "top_p", 1, Float.MIN_VALUE, 1),
        number(fields, "repetition_penalty", 1, Float.MIN_VALUE, Float.MAX_VALUE),
        count(fields, "max_new_tokens", 1),
        count(fields, "max_length", 1));
  }

  private static List<Integer> endOfText(JsonFields fields) {
    String key = "eos_token_id";
    if (!fields.has(key)) {
      return List.of();
    }
    List<Long> ids =
        fields.node().path(key).isArray() ? fields.integers(key) : List.of(fields.integer(key));
    if (ids.stream().anyMatch(id -> id < 0 || id > Integer.MAX_VALUE)) {
      throw fields.refusal(key, "token ids");
    }
    return ids.stream().map(Long::intValue).toList();
  }

  private static double number(
      JsonFields fields, String key, double absent, double least, double most) {
    if (!fields.has(key)) {
      return absent;
    }
    double value = fields.finite(key);
    if (value < least || value > most) {
      throw fields.refusal(key, "from " + least + " to " + most);
    }
    return value;
  }

  private static OptionalInt count(JsonFields fields, String key, int least) {
    if (!fields.has(key)) {
      return OptionalInt.empty();
    }
    long value = fields.integer(key);
    if (value < least || value > Integer.MAX_VALUE) {
      throw fields.refusal(key, least + " to " + Integer.MAX_VALUE);
    }
    return OptionalInt.of((int) value);
  }
}
