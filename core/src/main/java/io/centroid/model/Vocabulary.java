package io.centroid.model;

import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.Arrays;
import java.util.Map;

/**
 * The tokens that a data set of texts is made of.
 *
 * @param place where they were found, for messages
 * @param size largest id plus one
 * @param files of the tokenizer, by name
 */
public record Vocabulary(String place, int size, Map<String, byte[]> files) {
  public Vocabulary {
    files = Map.copyOf(files);
  }

  /**
   * Refuses texts whose tokens a model does not have, or has other tokens for.
   *
   * @param model its place, for the message
   * @param modelFiles the files of its tokenizer; empty if it has none
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
