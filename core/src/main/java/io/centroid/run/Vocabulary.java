package io.centroid.run;

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
}
