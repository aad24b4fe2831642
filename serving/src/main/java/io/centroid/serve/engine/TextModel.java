package io.centroid.serve.engine;

import io.centroid.serve.protocol.GenerateRequest;
import java.util.function.BooleanSupplier;

/** Text generation from a prompt. Thread-safe. */
public interface TextModel {

  /**
   * Generates text until end-of-text or the maximum number of tokens.
   *
   * @param canceled checked after every token; true aborts the generation with an exception
   * @throws io.centroid.error.InputException if the prompt does not fit the model
   */
  GeneratedText generate(GenerateRequest request, BooleanSupplier canceled);

  /**
   * The result of a generation.
   *
   * @param text generated text without the prompt
   */
  record GeneratedText(String text, int promptTokens, int newTokens) {}
}
