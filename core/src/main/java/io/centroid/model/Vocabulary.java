package io.centroid.model;

import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.Arrays;
import java.util.Map;

/**
 * The vocabulary of a text data set.
 *
 * @param place location of the tokenizer, for messages
 * @param size largest token id plus one
 * @param files tokenizer files, by name
 */
public record Vocabulary(String place, int size, Map<String, byte[]> files) {
  public Vocabulary {
    files = Map.copyOf(files);
  }

  /**
   * Checks that a model has these tokens.
   *
   * @param model location of the model, for messages
   * @param modelFiles tokenizer files of the model; empty if it has none
   * @param config sizes of the model
   * @throws InputException if the model's vocabulary is smaller, or its tokenizer is another one
   */
  public void requireKnownTo(String model, Map<String, byte[]> modelFiles, Gpt2Config config) {
    if (size > config.vocabulary()) {
      throw new InputException(
          place
              + ": its tokenizer has "
              + size
              + " tokens, expected at most "
              + config.vocabulary()
              + " as "
              + model
              + " has");
    }
    if (!modelFiles.isEmpty() && !sameTokens(modelFiles, model)) {
      throw new InputException(
          place + ": its tokenizer is not that of " + model + ", expected the same tokens");
    }
  }

  private boolean sameTokens(Map<String, byte[]> others, String model) {
    Tokenizer here = TokenizerFiles.of(files, place);
    Tokenizer there = TokenizerFiles.of(others, model);
    boolean same = here.vocabularySize() == there.vocabularySize();
    for (int id = 0; same && id < here.vocabularySize(); id++) {
      same = Arrays.equals(here.bytes(id), there.bytes(id));
    }
    return same;
  }
}
