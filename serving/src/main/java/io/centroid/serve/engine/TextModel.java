package io.centroid.serve.engine;

import io.centroid.serve.protocol.GenerateRequest;
import java.util.function.BooleanSupplier;

/** Goes on with a prompt. For any number of threads. */
public interface TextModel {

  /**
   * Draws tokens until an end or the most of them.
   *
   * @param cancelled asked after every token; once true, the text ends with an exception
   * @throws io.centroid.InputException if the prompt does not fit the model
   */
  GeneratedText generate(GenerateRequest request, BooleanSupplier cancelled);

  /**
   * What was drawn.
   *
   * @param text without the prompt
   */
  record GeneratedText(String text, int promptTokens, int newTokens) {}
}
