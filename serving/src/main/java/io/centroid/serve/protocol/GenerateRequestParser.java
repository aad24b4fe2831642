package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/**
 * Parses requests of Triton's generate extension: {@code {"text_input": "...", "parameters":
 * {...}}}. As in Triton, parameters may also be top-level keys. Thread-safe.
 */
public final class GenerateRequestParser {
  private static final int MAX_PROMPT_LENGTH = 1 << 20;
  private static final int MAX_TOKENS = 4096;

  private final JsonFactory json;

  public GenerateRequestParser(RequestLimits limits) {
    json = InferRequestParser.factory(limits, MAX_PROMPT_LENGTH);
  }

  /**
   * Parses a request.
   *
   * @param length length of the body in bytes; the array may be longer
   */
  public GenerateRequest parse(byte[] body, int length) {
    return InferRequestParser.reading(
        () -> {
          Reading reading = new Reading();
          try (JsonParser parser = json.createParser(body, 0, length)) {
            parser.nextToken();
            JsonText.requireObject(parser, "body");
            reading.object(parser);
            if (parser.nextToken() != null) {
              throw RejectedRequestException.malformed(
                  "body: unexpected content after the JSON object");
            }
          }
          return reading.request();
        });
  }

  private static final class Reading {
    private boolean hasPrompt;
    private String prompt = "";
    private int maxTokens = 50;
    private double temperature;
    private int topK;
    private double topP = 1;
    private long seed;

    void object(JsonParser parser) throws IOException {
      for (String key = JsonText.key(parser); key != null; key = JsonText.key(parser)) {
        switch (key) {
          case "text_input" -> {
            prompt = JsonText.text(parser, key, MAX_PROMPT_LENGTH);
            hasPrompt = true;
          }
          case "parameters" -> {
            JsonText.requireObject(parser, key);
            object(parser);
          }
          case "max_tokens", "max_new_tokens" ->
              maxTokens = (int) JsonText.integer(parser, key, 1, MAX_TOKENS);
          case "temperature" -> temperature = JsonText.number(parser, key, 0, 100);
          case "top_k" -> topK = (int) JsonText.integer(parser, key, 0, Integer.MAX_VALUE);
          case "top_p" -> topP = JsonText.number(parser, key, 0, 1);
          case "seed" -> seed = JsonText.integer(parser, key, 0, Long.MAX_VALUE);
          default -> parser.skipChildren();
        }
      }
    }

    GenerateRequest request() {
      if (!hasPrompt) {
        throw RejectedRequestException.malformed("text_input is missing");
      }
      return new GenerateRequest(prompt, maxTokens, temperature, topK, topP, seed);
    }
  }
}
