package io.centroid.spark.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.generate.Generation;
import io.centroid.io.Json;
import io.centroid.model.LanguageModel;
import java.util.Arrays;

/** Generated text and log-probabilities of a prompt as JSON. */
public final class GenerationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationJson() {}

  /** JSON of a generated text. */
  public static ObjectNode generated(LanguageModel model, String prompt, Generation generation) {
    ObjectNode node = JSON.createObjectNode();
    node.put("prompt", prompt);
    put(node.putArray("promptIds"), Arrays.copyOf(generation.ids(), generation.promptTokens()));
    put(node.putArray("ids"), generation.ids());
    node.put("text", model.tokenizer().decode(generation.ids()));
    node.put("newTokens", generation.newTokens());
    node.put("finish", Json.spelling(generation.finish()));
    node.put("tokensPerSecond", generation.tokensPerSecond());
    node.put("prefillMillis", generation.prefillMillis());
    node.put("millisPerToken", generation.millisPerToken());
    return node;
  }

  /**
   * JSON of the log-probability of a text.
   *
   * @param logProbabilities log-probability of each token from the second on
   */
  static ObjectNode scored(String text, int[] ids, double[] logProbabilities) {
    ObjectNode node = JSON.createObjectNode();
    double sum = Arrays.stream(logProbabilities).sum();
    node.put("prompt", text);
    put(node.putArray("promptIds"), ids);
    node.put("tokens", logProbabilities.length);
    node.put("logProbability", sum);
    if (logProbabilities.length > 0) {
      node.put("loss", -sum / logProbabilities.length);
      node.put("perplexity", Math.exp(-sum / logProbabilities.length));
    }
    return node;
  }

  private static void put(ArrayNode array, int[] ids) {
    for (int id : ids) {
      array.add(id);
    }
  }
}
